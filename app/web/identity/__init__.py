"""Signing in, the account page, and the operators' pages about people."""
