"""How municipalities respond to records and lessons."""
