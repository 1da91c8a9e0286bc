from kundenmetrik.datasets.truth import OBSERVED_UNTIL as OBSERVED_UNTIL
from kundenmetrik.datasets.truth import START as START
from kundenmetrik.datasets.truth import Truth as Truth
from kundenmetrik.datasets.webshop import Webshop as Webshop
from kundenmetrik.datasets.webshop import webshop as webshop
