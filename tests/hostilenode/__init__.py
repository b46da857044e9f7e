"""Nodes that mean harm, written after docs/federation.md without a line of this program, in a process of their own."""
