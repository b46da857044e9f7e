# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Decides what becomes of each record when the seed has moved on; a pure function of three states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

States = Mapping[str, str]
"""Path of a record folder or vocabulary file -> id of its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPlan:
    """Paths by decision; `conflicting` ones were changed on both sides."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    conflicting: list[str] = field(default_factory=list)
    removed_in_seed: list[str] = field(default_factory=list)

    @property
    def direct(self) -> list[str]:
        """Return what is published without asking anybody."""
        return [*self.added, *self.updated]


def plan_sync(*, before: States, now: States, main: States) -> SyncPlan:
    """Compare what was imported last, what the seed holds now, and what is published here.

    The seed wins only where nothing was edited here since; nothing is merged and nothing is deleted.
    """
    plan = SyncPlan()
    for path in sorted(now):
        _sort(path, before.get(path), now[path], main.get(path), plan)
    plan.removed_in_seed.extend(sorted(path for path in before.keys() - now.keys() if path in main))
    return plan


def _sort(path: str, before: str | None, now: str, main: str | None, plan: SyncPlan) -> None:
    if now in (before, main):
        plan.unchanged.append(path)
    elif main != before:
        plan.conflicting.append(path)
    elif main is None:
        plan.added.append(path)
    else:
        plan.updated.append(path)
