"""Tables and records: what the models demand, checked over whole columns."""
