"""From a log of purchases to customers with frequency, recency and age."""
