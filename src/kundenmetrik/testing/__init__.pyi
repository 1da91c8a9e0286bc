from kundenmetrik.testing import laws as laws
from kundenmetrik.testing import strategies as strategies
from kundenmetrik.testing.verification import Verified as Verified
from kundenmetrik.testing.verification import VerifyReport as VerifyReport
from kundenmetrik.testing.verification import verify as verify
