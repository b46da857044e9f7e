"""Interfaces for programs: each module serves one protocol, with its routes and responses."""
