"""OAI-PMH 2.0: how registries harvest what this node holds, a little at a time and never twice. No node reads it."""
