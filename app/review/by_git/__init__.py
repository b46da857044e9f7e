"""Proposals that come by git: pushes to this node, and branches of a forge."""
