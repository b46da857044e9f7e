# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One link of a chain, and the rule for what makes it hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.reuse.citation import Citation
from app.reuse.front_matter import UNKNOWN
from app.reuse.network import Membership
from app.reuse.party import Party


class StepState(StrEnum):
    """Whether a link holds, is not known to hold, or is stated not to hold."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A link from `subject` to `object`.

    `code` says what kind of link it is: belongs_to, offers, eligible, licence_open, code_published, serves,
    listed, award. `reason` says as a code why a link that is not known does not hold. `as_of` is the day the
    sources speak of, possibly partial or "unknown"; None where nobody states anything. `stated` marks what the
    asker said, which needs no source. `relation` of a membership is member, owner or founder.
    """

    code: str
    subject: Party
    object: Party
    state: StepState
    as_of: str | None = None
    sources: tuple[Citation, ...] = ()
    reason: str | None = None
    relation: str | None = None
    stated: bool = False

    @property
    def known(self) -> bool:
        """Whether the link holds by a dated source or by the asker's own word."""
        return self.state is StepState.KNOWN


def claim(
    code: str, subject: Party, obj: Party, as_of: str, sources: tuple[Citation, ...], doubt: str | None = None
) -> Step:
    """Return a link that holds only where a dated source says so and no `doubt` (a reason code) remains."""
    undated = "no_date" if as_of == UNKNOWN else None
    reason = doubt or (undated if sources else "no_source")
    state = StepState.UNKNOWN if reason else StepState.KNOWN
    return Step(code=code, subject=subject, object=obj, state=state, as_of=as_of, sources=sources, reason=reason)


def gap(
    code: str, subject: Party, obj: Party, reason: str, *, as_of: str | None = None, sources: tuple[Citation, ...] = ()
) -> Step:
    """Return a link of which nobody states that it holds; the sources are those of the doubt."""
    return Step(
        code=code, subject=subject, object=obj, state=StepState.UNKNOWN, as_of=as_of, sources=sources, reason=reason
    )


def closed(
    code: str, subject: Party, obj: Party, reason: str, *, as_of: str | None = None, sources: tuple[Citation, ...] = ()
) -> Step:
    """Return a link that the record states not to hold, with or without a source."""
    return Step(
        code=code, subject=subject, object=obj, state=StepState.CLOSED, as_of=as_of, sources=sources, reason=reason
    )


def recorded(membership: Membership, subject: Party, obj: Party) -> Step:
    """Return the link of a recorded membership."""
    found = claim("belongs_to", subject, obj, membership.as_of, membership.sources)
    return Step(
        code=found.code,
        subject=subject,
        object=obj,
        state=found.state,
        as_of=found.as_of,
        sources=found.sources,
        reason=found.reason,
        relation=membership.kind,
    )


def stated(place: Party, body: Party) -> Step:
    """Return the link of a membership that the asker stated."""
    return Step(code="belongs_to", subject=place, object=body, state=StepState.KNOWN, relation="member", stated=True)
