# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads single fields and collects what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from app.kickoff.situation.problem import ProblemCode, SituationProblem

LONGEST_NAME = 80
_LONGEST_KEY = 400
_MOST_BODIES = 20
_NUMBER = re.compile(r"(\d{1,3}(?:[.,\s]\d{3})+|\d{1,12})(?:[.,](\d{1,2}))?")
"""Digits as German or English writes them: three of them make a group, one or two are decimals."""
_KEY = re.compile(r"\d{5,12}", re.ASCII)
_BODY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(@[a-z0-9][a-z0-9.:~-]*)?", re.ASCII)

Limits = tuple[int, int]


class Fields:
    """One set of parameters; `problems` grows while it is read."""

    def __init__(self, parameters: Mapping[str, Sequence[str]]) -> None:
        self._parameters = parameters
        self._problems: dict[str, SituationProblem] = {}

    @property
    def problems(self) -> tuple[SituationProblem, ...]:
        """At most one for each field, in the order of reading."""
        return tuple(self._problems.values())

    def text(self, name: str) -> str:
        """A single line without control characters, at most LONGEST_NAME long."""
        found = self._first(name)
        return found if len(found) <= LONGEST_NAME else self._wrong(name, ProblemCode.TOO_LONG, max=LONGEST_NAME)

    def choice(self, name: str, allowed: Sequence[str]) -> str:
        """One of the allowed codes, or nothing."""
        found = self._first(name)
        return found if found in ("", *allowed) else self._wrong(name, ProblemCode.UNKNOWN_VALUE)

    def key(self, name: str) -> str:
        """An official key of 5 to 12 digits."""
        found = self._first(name)
        return found if not found or _KEY.fullmatch(found) else self._wrong(name, ProblemCode.UNKNOWN_VALUE)

    def bodies(self, name: str) -> tuple[str, ...]:
        """The keys of organisations (see `Party`); anything else in the list is left out."""
        found = dict.fromkeys(self._parameters.get(name, ()))
        return tuple(key for key in found if len(key) <= _LONGEST_KEY and _BODY.fullmatch(key))[:_MOST_BODIES]

    def yes(self, name: str) -> bool:
        """Whether a box is ticked."""
        return self._first(name) in ("1", "on", "ja", "true")

    def whole(self, name: str, limits: Limits) -> int | None:
        """A whole number within limits; decimals make it no number."""
        found = self.number(name, limits)
        if found is None or found.is_integer():
            return None if found is None else int(found)
        self._wrong(name, ProblemCode.NOT_A_NUMBER)
        return None

    def number(self, name: str, limits: Limits) -> float | None:
        """A number within limits, both included."""
        written = self._first(name).removesuffix("€").removesuffix("EUR").strip()
        if not written:
            return None
        match = _NUMBER.fullmatch(written)
        if match is None:
            self._wrong(name, ProblemCode.NOT_A_NUMBER)
            return None
        value = float(f"{re.sub(r'[^0-9]', '', match[1])}.{match[2] or 0}")
        if limits[0] <= value <= limits[1]:
            return value
        self._wrong(name, ProblemCode.OUT_OF_RANGE, min=limits[0], max=limits[1])
        return None

    def _first(self, name: str) -> str:
        value = next(iter(self._parameters.get(name, ())), "")
        return " ".join("".join(c if c.isprintable() else " " for c in value).split())

    def _wrong(self, name: str, code: ProblemCode, **params: int) -> str:
        told = {key: str(value) for key, value in params.items()}
        self._problems.setdefault(name, SituationProblem(field=name, code=code, params=told))
        return ""
