"""From 25 cells to a category: evaluation tables, rules, letters and coefficients."""
