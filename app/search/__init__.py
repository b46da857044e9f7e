"""Full-text search: an index derived from the catalogue, which it follows by a cursor and can be rebuilt from."""
