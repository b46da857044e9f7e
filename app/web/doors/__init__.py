"""Doors for programs: each serves one protocol, in a module that holds its routes and what it answers."""
