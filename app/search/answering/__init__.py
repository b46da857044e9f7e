"""What answers a query, worked out over sets of documents and weights of terms, whichever engine keeps these.

An engine fills `Snapshot` (one committed state) and `AnsweringIndex` (who writes, and when there is a newer state). All
that decides what is found, in which order and why stands here once, so that engines differ in speed alone.
"""
