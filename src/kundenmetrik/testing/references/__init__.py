"""Methods that others report and the library does not offer: to compare with, and to reproduce published figures."""
