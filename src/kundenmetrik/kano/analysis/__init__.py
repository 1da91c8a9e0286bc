"""What is asked of a Kano table: tests, comparisons, rankings and sample sizes."""
