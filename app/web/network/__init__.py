"""Who exchanges what with this node, for everybody and for those who look after it."""
