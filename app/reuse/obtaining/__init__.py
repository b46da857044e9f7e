"""Finds how a place can obtain a solution: through providers and memberships to its routes."""
