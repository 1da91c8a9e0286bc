"""The only place that knows data frames."""
