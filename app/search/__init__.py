"""Full-text search over the catalogue: a derived index behind one port.

The index is the truth for nothing. It is a cursor on the catalogue, it can be deleted and
rebuilt at any time, and `SearchService.agree` proves that it says what the catalogue says.
"""
