"""Responses of municipalities to records, corrections, and questions with their answers."""
