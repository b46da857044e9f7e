"""Subscriptions to searches, records or memos, whose changes are e-mailed; no account needed."""
