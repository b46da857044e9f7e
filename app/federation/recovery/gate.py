# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Closes the way to the published line while this node knows that it lacks versions of its own."""

from __future__ import annotations

from collections.abc import Collection

from app.content.repository import PublishingStopped
from app.federation.recovery.lost import LostVersions


class PublishingGate:
    """Asked before anything is published; costs one short query."""

    def __init__(self, lost: LostVersions) -> None:
        """Go by what is in the list `lost`."""
        self._lost = lost

    def __call__(self, paths: Collection[str]) -> None:
        """Raise PublishingStopped while versions are to come back; for a record that is stuck, in its folder alone."""
        waiting = self._lost.waiting()
        pressing = [one for one in waiting if not one.stuck]
        if pressing:
            raise PublishingStopped(len(pressing))
        for one in waiting:
            if one.path in paths:
                raise PublishingStopped(1, one.path)
