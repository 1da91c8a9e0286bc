"""How soon complaints are answered and solved."""
