"""Where this node knows nothing yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.survey.facts import CONTACT, COST, DURATION, RESULT, Facts

ASKED = (COST, CONTACT, DURATION, RESULT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """What records of a kind leave open: `facts` are those, of `total` there are."""

    what: str
    kind: str
    facts: tuple[Facts, ...]
    total: int


def missing(facts: Sequence[Facts], kinds: Sequence[str]) -> tuple[Missing, ...]:
    """Return what own records of these kinds do not tell, by what is asked most, then in the order of `kinds`."""
    own = {kind: [each for each in facts if each.kind == kind and not each.entry.origin] for kind in kinds}
    found = (
        Missing(
            what=what, kind=kind, facts=tuple(each for each in own[kind] if what in each.unknown), total=len(own[kind])
        )
        for what in ASKED
        for kind in kinds
    )
    return tuple(one for one in found if one.facts)
