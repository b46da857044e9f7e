"""Turns submitted forms into texts of records, and checks them."""
