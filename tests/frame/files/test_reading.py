"""What was found out stands on the frame that was read, and on no other."""

from __future__ import annotations

import pickle

import kundenmetrik as km
from kundenmetrik.frame.files.reading import FileFrame

FILE = b"customer_id;acquired_at;model\n7;1.3.2025;X\n8;15.4.2025;Y\n"


class Driver(km.Customer):
    """A customer with a field of one's own that is called as the frame's."""

    model: str


def test_a_frame_that_was_read_knows_its_reading_and_its_records() -> None:
    read = km.read_csv(FILE, Driver, name="drivers.csv")
    assert isinstance(read, FileFrame)
    assert read.model is Driver
    assert read["model"].tolist() == ["X", "Y"]
    assert str(read.reading).startswith("drivers.csv: 2 rows\n")
    assert read.reading.to_text("de").startswith("drivers.csv: 2 Zeilen\n")
    assert pickle.loads(pickle.dumps(read)).model is Driver


def test_what_is_made_of_it_is_a_plain_frame() -> None:
    read = km.read_csv(FILE, Driver)
    for made in (read.head(1), read.assign(segment="a"), read[["customer_id"]]):
        assert not isinstance(made, FileFrame)
    assert km.check(read, Driver) is read
