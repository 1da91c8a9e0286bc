"""kano."""
