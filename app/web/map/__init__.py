"""Results on a map: where records come from, and which places learned from which."""
