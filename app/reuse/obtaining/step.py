"""One link of a chain, and the rule for what makes it hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from app.reuse.front_matter import UNKNOWN, Citation
from app.reuse.naming import Party
from app.reuse.recorded import Membership


class StepState(StrEnum):
    """Whether a link holds, is for the asker to make, is not known to hold, or is stated not to hold."""

    KNOWN = "known"
    OWN = "own"
    UNKNOWN = "unknown"
    CLOSED = "closed"


_OFFER = frozenset({"offers", "listed", "licence_open", "code_published", "contains"})
_SHOWN = frozenset({"status_pilot", "provider_not_recorded", "access_not_described"})
"""Doubts that are not about whether there is an offer: to some, by somebody without entry, or for free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLink:
    """A link from `subject` to `object`.

    `code` says what kind of link it is: belongs_to, join, offers, eligible, licence_open, code_published, contains,
    maintained, operate, serves, listed, award. `reason` says as a code why a link that is not known does not hold, or
    what the asker has to do. `as_of` is the newest day that the sources speak of, possibly partial or "unknown"; None
    where nobody states anything. A source without a date speaks of the day it was read, which decides; what is told is
    `dated`, the day that a source bears itself. `stated` marks what the asker said, which needs no source.
    `relation` of a membership is member, owner or founder.
    `origin` is the node whose record says so, empty for this one and where nobody does.
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
    origin: str = ""
    dated: str | None = None

    @property
    def known(self) -> bool:
        """Whether the link holds by a dated source or by the asker's own word."""
        return self.state is StepState.KNOWN

    @property
    def lacks_offer(self) -> bool:
        """Whether this link leaves it without proof that the solution is there to be had at all."""
        shown = self.reason in _SHOWN and bool(self.sources) and self.as_of != UNKNOWN
        return self.code in _OFFER and self.state is StepState.UNKNOWN and not shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """On what a link rests: the day its sources speak of, the sources, and the node whose record names them.

    `dated` is the day that the sources bear themselves, where that differs.
    """

    as_of: str | None = None
    sources: tuple[Citation, ...] = ()
    origin: str = ""
    dated: str | None = None


NOBODY = Saying()


def claim(code: str, subject: Party, obj: Party, saying: Saying, doubt: str | None = None) -> ChainLink:
    """Return a link that holds only where a dated source says so and no `doubt` (a reason code) remains."""
    undated = "no_date" if saying.as_of == UNKNOWN else None
    reason = doubt or (undated if saying.sources else "no_source")
    return _step(code, subject, obj, StepState.UNKNOWN if reason else StepState.KNOWN, reason, saying)


def gap(code: str, subject: Party, obj: Party, reason: str, saying: Saying = NOBODY) -> ChainLink:
    """Return a link of which nobody states that it holds; `saying` is on what the doubt rests."""
    return _step(code, subject, obj, StepState.UNKNOWN, reason, saying)


def closed(code: str, subject: Party, obj: Party, reason: str, saying: Saying) -> ChainLink:
    """Return a link that the record states not to hold, with or without a source."""
    return _step(code, subject, obj, StepState.CLOSED, reason, saying)


def own(code: str, subject: Party, obj: Party, reason: str, saying: Saying = NOBODY) -> ChainLink:
    """Return a link that the asker makes by a step of its own, such as joining; `saying` is on what that rests."""
    return _step(code, subject, obj, StepState.OWN, reason, saying)


def recorded(membership: Membership, subject: Party, obj: Party) -> ChainLink:
    """Return the link of a recorded membership."""
    saying = Saying(as_of=membership.as_of, sources=membership.sources, origin=membership.origin)
    return replace(claim("belongs_to", subject, obj, saying), relation=membership.kind)


def stated(place: Party, body: Party) -> ChainLink:
    """Return the link of a membership that the asker stated."""
    return ChainLink(
        code="belongs_to", subject=place, object=body, state=StepState.KNOWN, relation="member", stated=True
    )


def _step(code: str, subject: Party, obj: Party, state: StepState, reason: str | None, saying: Saying) -> ChainLink:
    return ChainLink(
        code=code,
        subject=subject,
        object=obj,
        state=state,
        as_of=saying.as_of,
        sources=saying.sources,
        reason=reason,
        origin=saying.origin,
        dated=saying.dated or saying.as_of,
    )
