"""The search page: the question, its filters and the hits."""
