"""A node's backup: made while it serves, put back into an empty folder."""
