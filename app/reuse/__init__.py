"""Who can obtain a solution on which way, and how far a project result has become a product.

Pure functions on records, plus one service that reads them from the catalogue. Codes and parameters
only: the edges word them. Nothing here judges procurement law; it shows what is recorded, and since when.
"""
