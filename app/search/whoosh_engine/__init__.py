"""The embedded engine: Whoosh 2.7.4 as an inverted file, ranked and counted here.

Whoosh has been unmaintained since 2016, so only what works well of it is used: segments,
postings, columns, stored fields and one writer under a lock. Scoring, facets, highlighting
and corrections are ours.
"""

from app.search.whoosh_engine.index import WhooshIndex

__all__ = ["WhooshIndex"]
