"""Responses of municipalities to records and lessons."""
