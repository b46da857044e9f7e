"""Whether a place can obtain a solution, and how far solutions have become products."""
