"""What nodes tell each other: signed statements, who a node is, and how others fetch what it holds."""
