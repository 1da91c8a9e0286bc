"""Customer metrics one can trust."""
