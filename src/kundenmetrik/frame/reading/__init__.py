"""What users pass in, read: numbers, ids, keys, answers, files, and the faults in them."""
