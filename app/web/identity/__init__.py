"""Signing in, one's own account, and the operators' pages about people."""
