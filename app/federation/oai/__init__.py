"""OAI-PMH 2.0: how others fetch what this node holds, a little at a time and never twice."""
