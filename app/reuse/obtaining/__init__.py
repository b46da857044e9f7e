"""From a place over providers and memberships to the routes of a solution."""
