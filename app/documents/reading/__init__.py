"""Reads reports (DOCX, ODT, PDF) into sections that an author sorts into the fields of a record.

Pure functions from bytes to values. A document comes from anywhere, so each limit below is checked before the memory
or time that it guards is spent.
"""
