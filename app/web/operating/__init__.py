"""The health of the node, for operators and for their monitoring."""
