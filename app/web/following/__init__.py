"""Feeds, subscriptions by mail, and the links on pages that lead to both."""
