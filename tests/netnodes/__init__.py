"""Several real nodes in one process; only the network between them is played."""
