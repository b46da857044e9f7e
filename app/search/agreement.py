"""How search index and catalogue can differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.catalogue.buckets import Side, differing


class Disagreement(StrEnum):
    """How index and catalogue can differ."""

    BEHIND = "behind"
    MISSING = "missing"
    SURPLUS = "surplus"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One disagreement. `expected` (catalogue) and `found` (index) are digests, or change numbers when behind."""

    code: Disagreement
    uid: str = ""
    expected: str = ""
    found: str = ""


def compare(expected: Side, found: Side) -> Iterator[Difference]:
    """The records in which two sides, of digests by uid, differ, by uid."""
    here, there = differing(expected, found)
    for uid in sorted(here.keys() | there.keys()):
        wanted, held = here.get(uid, ""), there.get(uid, "")
        if wanted != held:
            yield Difference(code=_kind(wanted, held), uid=uid, expected=wanted, found=held)


def _kind(wanted: str, held: str) -> Disagreement:
    if not held:
        return Disagreement.MISSING
    return Disagreement.OUTDATED if wanted else Disagreement.SURPLUS
