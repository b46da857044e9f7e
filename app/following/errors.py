# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can go wrong when somebody subscribes."""

from __future__ import annotations

from app.shared.errors import Forbidden, Invalid, NotFound, Unavailable


class SubscribingNotOffered(Forbidden):
    """This node sends no e-mail."""


class AddressInvalid(Invalid):
    """This is no e-mail address."""


class TooManySubscriptions(Unavailable):
    """So many are kept or wait for their confirmation that strangers may be at work."""


class SubscriptionNotFound(NotFound):
    """Nothing waits or goes on behind this link."""
