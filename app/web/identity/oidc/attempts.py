# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The attempts to sign in that a reader's cookie holds while they are at a provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from authlib.integrations.flask_client import FlaskIntegration
from flask import session

from app.clock import Clock
from app.web import cookies

MOST = 4
"""Attempts that one browser may have open."""
LARGEST = 3600
"""Bytes of the cookie's value: browsers drop what is longer than 4,096 with name and attributes."""
_PREFIX = "_state_"


class Attempts(FlaskIntegration):  # type: ignore[misc]  # Authlib ships no types
    """Authlib's place for attempts at one provider, where they also end: Authlib notes when, but does not look."""

    def __init__(self, provider: str, clock: Clock) -> None:
        super().__init__(provider)
        self._clock = clock

    def get_state_data(self, session: Any, state: str | None) -> dict[str, Any] | None:
        """Return what was noted of an attempt, None when it belongs to nobody here or is over."""
        noted = session.get(f"{_PREFIX}{self.name}_{state}")
        if not noted or noted["exp"] <= self._clock().timestamp():
            return None
        return dict(noted["data"])

    def remembered(self, state: str | None) -> Mapping[str, str]:
        """Return what was remembered when the reader left, also after the attempt has ended; nothing for a stranger."""
        noted = super().get_state_data(session, state)
        return dict(noted["remembered"]) if noted else {}


def forget_what_does_not_fit() -> None:
    """Keep the latest attempts, as many as the cookie takes; the last one stays in any case."""
    begun = sorted((key for key in session if key.startswith(_PREFIX)), key=lambda key: session[key].get("exp", 0))
    for number, key in enumerate(begun[:-1]):
        if len(begun) - number <= MOST and cookies.size() <= LARGEST:
            return
        session.pop(key)
