"""Nodes that mean harm, written after TUF 1.0 and docs/federation.md without a line of this program, in a process."""
