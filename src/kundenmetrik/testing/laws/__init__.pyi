from kundenmetrik.testing.laws.assertions import LawBroken as LawBroken
from kundenmetrik.testing.laws.catalogue import LAWS as LAWS
from kundenmetrik.testing.laws.catalogue import check as check
