"""What customers are worth: spend, value, cost and concentration."""
