"""How a place can obtain a solution, and how far a project result has become a product.

Pure functions on records, plus one service that reads records from the catalogue. They return codes and parameters,
which the callers put into words. Nothing here judges procurement law: answers show what is recorded, and its date.
"""
