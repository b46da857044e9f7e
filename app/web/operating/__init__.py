"""How the node is running, for its operators and for their monitor."""
