"""Complaints over sales: rates, their numerators, denominators and reasons."""
