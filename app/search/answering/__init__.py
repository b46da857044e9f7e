"""Answers queries with sets of documents and weights of terms, independent of the engine that stores them.

An engine implements `Snapshot` (one committed state) and `AnsweringIndex` (writing, detecting a newer state).
Everything that decides which hits are found, in which order and why is here, so that engines differ only in speed.
"""
