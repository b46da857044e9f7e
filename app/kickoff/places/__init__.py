"""The list of places: what a town hall types becomes a state, a kind and a number of inhabitants."""
