# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""In what a hit is like the asker's place, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from app.kickoff.likeness import LikenessCode
from app.kickoff.result import KickoffHit
from app.web.kickoff.labels import label
from app.web.wording import _

Params = Mapping[str, str]

WORDS: Mapping[str, Callable[[Params], str]] = {
    LikenessCode.SAME_SIZE_CLASS: lambda p: _("same size: %(size)s", size=label("size_class", p["size_class"])),
    LikenessCode.NEAR_SIZE_CLASS: lambda p: _("similar size: %(size)s", size=label("size_class", p["size_class"])),
    LikenessCode.SAME_STATE: lambda p: _("same state: %(state)s", state=label("state", p["state"])),
    LikenessCode.SAME_KIND: lambda p: _("same kind of place: %(kind)s", kind=label("place_kind", p["kind"])),
    LikenessCode.COOPERATION: lambda p: _(
        "same form of cooperation: %(form)s", form=label("cooperation", p["cooperation"])
    ),
}


def in_words(found: KickoffHit, place: int) -> tuple[str, ...]:
    """Return the reasons; `place` is where the hit stands now, from 1: where that is another one, both are told."""
    return tuple(_each(found, place))


def _each(found: KickoffHit, place: int) -> Iterator[str]:
    yield from (WORDS[reason.code](reason.params) for reason in found.reasons if reason.code in WORDS)
    if found.reasons and found.position != place:
        yield _("without your situation at place %(number)s", number=found.position)
