# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The list "I work at …"."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from app.web.access import services
from app.web.presentation.shown import Link

MOST = 25
"""Names shown at once; with more there is a field to look for one's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The employers to choose from, those that fit `text`."""

    links: tuple[Link, ...]
    text: str
    searchable: bool
    total: int


def offered(text: str, destination: str) -> Offer:
    """Return the employers whose name contains `text`, each with the link that starts the sign-in."""
    choices = services().identity.providers.choices()
    fitting = [pair for pair in choices if text.casefold() in pair[0].name.casefold()]
    links = tuple(
        Link(label=employer.name, href=url_for("sign_in.start", provider=provider.key, weiter=destination))
        for employer, provider in fitting[:MOST]
    )
    return Offer(links=links, text=text, searchable=len(choices) > MOST or bool(text), total=len(fitting))
