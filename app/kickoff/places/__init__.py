"""The list of places: finds state, kind and population of a place from its typed name."""
