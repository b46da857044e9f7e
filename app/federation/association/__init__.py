"""Associations: nodes that have members, and nodes that believe what an association says of them."""
