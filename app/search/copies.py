# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Records that several nodes carry under one identifier: which copies a search shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple


class Copy(NamedTuple):
    """A visible version of a record at one node, where several carry the same identifier."""

    origin: str
    record_id: str
    digest: str


StandingBack = Callable[[Mapping[str, Sequence[Copy]]], frozenset[Copy]]
"""Returns which copies of these records (by identifier) no search shows, because another one leads."""


def own_before_others(copies: Mapping[str, Sequence[Copy]]) -> frozenset[Copy]:
    """Let own records lead, and equal ones stand for each other: all that can be told without knowing the nodes."""
    back: set[Copy] = set()
    for several in copies.values():
        leader, *others = sorted(several)
        back.update(one for one in others if not leader.origin or one.digest == leader.digest)
    return frozenset(back)
