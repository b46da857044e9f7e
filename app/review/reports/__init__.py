"""Puts the sections of a report into the fields of a record."""
