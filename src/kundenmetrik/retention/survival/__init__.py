"""How long customers stay: tenures, Kaplan-Meier curves and the log-rank test."""
