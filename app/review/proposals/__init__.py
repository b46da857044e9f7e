"""Proposals: how they come in, how they are stored, what their author can do."""
