"""Files that people have: found, taken apart, and read as tables of records."""
