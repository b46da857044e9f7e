"""Full-text search over the catalogue: a derived index behind one interface.

The index is never the source of truth. It follows the catalogue by a cursor, can be deleted and rebuilt at any time,
and `SearchService.agree` checks it against the catalogue.
"""
