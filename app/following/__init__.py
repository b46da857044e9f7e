"""A search, record or memo whose changes are e-mailed; no account needed."""
