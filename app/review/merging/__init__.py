"""Brings two edits of one record together, field by field."""
