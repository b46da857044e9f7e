# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which values a situation may hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.content.schema import SchemaSet


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationChoices:
    """Allowed codes, in the order in which to offer them; `topics` are ids of the vocabulary."""

    states: tuple[str, ...]
    kinds: tuple[str, ...]
    size_classes: tuple[str, ...]
    cooperations: tuple[str, ...]
    phases: tuple[str, ...]
    topics: tuple[str, ...]

    @classmethod
    def of(cls, schemas: SchemaSet, topics: Iterable[str]) -> SituationChoices:
        """Return the values of the record schema, and the topics."""

        def values(name: str) -> tuple[str, ...]:
            return tuple(str(choice.value) for choice in schemas.choices(name))

        return cls(
            states=values("state"),
            kinds=values("place_kind"),
            size_classes=values("size_class"),
            cooperations=values("cooperation"),
            phases=values("phase"),
            topics=tuple(topics),
        )
