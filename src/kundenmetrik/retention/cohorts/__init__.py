"""Retention by cohort and age."""
