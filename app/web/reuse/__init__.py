"""Answers to whether a place can obtain a solution, and to how far solutions have become products."""
