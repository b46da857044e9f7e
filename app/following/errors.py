"""What can go wrong when somebody subscribes."""

from __future__ import annotations

from app.shared.errors import NotFound, Unavailable


class TooManySubscriptions(Unavailable):
    """So many are kept that strangers may be at work, or as many as one address may have."""


class SubscriptionNotFound(NotFound):
    """Nothing waits or goes on behind this link."""
