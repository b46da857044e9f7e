# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who acts: the part of a signed-in person that review needs."""

from __future__ import annotations

from typing import Protocol


class Person(Protocol):
    """`id` is opaque and stable, `pseudonym` is what commits carry, `organisation` the slug of a record or None."""

    @property
    def id(self) -> str:
        """Identify the person for ever; two persons never share one."""

    @property
    def pseudonym(self) -> str:
        """Name the person in commits, which are for ever."""

    @property
    def organisation(self) -> str | None:
        """Name the organisation that the person acts for."""
