"""The answer for a place and a solution: chains of links, the state of each link, and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from app.reuse.front_matter import UNKNOWN, Citation
from app.reuse.naming import Party
from app.reuse.network import Membership
from app.reuse.route import PURCHASES, ReuseRoute


class StepState(StrEnum):
    """Whether a link holds, is the asker's own step, is not known to hold, or is stated not to hold."""

    KNOWN = "known"
    OWN = "own"
    UNKNOWN = "unknown"
    CLOSED = "closed"


_OFFER = frozenset({"offers", "listed", "licence_open", "code_published", "contains"})
_SHOWN = frozenset({"status_pilot", "provider_not_recorded", "access_not_described"})
"""Doubts about an offer that nevertheless exists: it is a pilot, its provider has no record, or access is unclear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLink:
    """A link from `subject` to `object`.

    `code` is the kind of link: belongs_to, join, offers, eligible, licence_open, code_published, contains, maintained,
    operate, serves, listed, award. `reason` is a code: why the link is not known to hold, does not hold, or what the
    asker has to do. `as_of` is the newest date of the sources, possibly partial or "unknown", None if nobody states
    anything; a source without a date counts as of the day it was read. Rules use `as_of`; pages show `dated`, the
    newest date that the sources carry themselves. `stated` marks what the asker said, which needs no source. `relation`
    of a membership is member, owner or founder. `origin` is the node whose record states the link, "" for this one
    or if no record does.
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
        """Whether the link holds by a dated source or by the asker's own statement."""
        return self.state is StepState.KNOWN

    @property
    def lacks_offer(self) -> bool:
        """Whether this link leaves no proof that the solution is available at all."""
        shown = self.reason in _SHOWN and bool(self.sources) and self.as_of != UNKNOWN
        return self.code in _OFFER and self.state is StepState.UNKNOWN and not shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """The basis of a link: its sources, their date (`dated` if it differs), and the node whose record names them."""

    as_of: str | None = None
    sources: tuple[Citation, ...] = ()
    origin: str = ""
    dated: str | None = None


NOBODY = Saying()


def claim(code: str, subject: Party, obj: Party, saying: Saying, doubt: str | None = None) -> ChainLink:
    """Return a link that holds only if a dated source states it and there is no `doubt` (a reason code)."""
    undated = "no_date" if saying.as_of == UNKNOWN else None
    reason = doubt or (undated if saying.sources else "no_source")
    return _step(code, subject, obj, StepState.UNKNOWN if reason else StepState.KNOWN, reason, saying)


def gap(code: str, subject: Party, obj: Party, reason: str, saying: Saying = NOBODY) -> ChainLink:
    """Return a link that no record confirms; `saying` is the basis of the doubt."""
    return _step(code, subject, obj, StepState.UNKNOWN, reason, saying)


def closed(code: str, subject: Party, obj: Party, reason: str, saying: Saying) -> ChainLink:
    """Return a link that the record rules out, with or without a source."""
    return _step(code, subject, obj, StepState.CLOSED, reason, saying)


def own(code: str, subject: Party, obj: Party, reason: str, saying: Saying = NOBODY) -> ChainLink:
    """Return a link that the asker makes by a step of their own, such as joining; `saying` is its basis."""
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


class Verdict(StrEnum):
    """The verdicts from most to least hopeful; `deciding` explains their meaning and order."""

    YES = "yes"
    POSSIBLE = "possible"
    UNKNOWN = "unknown"
    UNDOCUMENTED = "undocumented"
    NO = "no"

    @property
    def hope(self) -> int:
        """The rank in that order, higher for more hope."""
        return -list(Verdict).index(self)

    @property
    def is_open(self) -> bool:
        """Whether the place may be able to obtain the solution."""
        return self not in (Verdict.UNDOCUMENTED, Verdict.NO)


def verdict_of(steps: Iterable[ChainLink]) -> Verdict:
    """Return the verdict on a route with these links; yes if there are none."""
    found = tuple(steps)
    states = {step.state for step in found}
    if StepState.CLOSED in states:
        return Verdict.NO
    if any(step.lacks_offer for step in found):
        return Verdict.UNDOCUMENTED
    if StepState.UNKNOWN in states:
        return Verdict.UNKNOWN
    return Verdict.POSSIBLE if StepState.OWN in states else Verdict.YES


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Whom to ask about a gap.

    `code` is the role: provider, named_provider (named in a source, but nothing shows that it offers), code_holder,
    admits (whom a partnership takes in), body (whose membership is in question), provider_in_state, product_owner,
    publisher (who published the solution), own_it_provider or own_procurement_office. The last two are the
    asker's own; `party` names the provider if a membership is known, otherwise it is None.
    """

    code: str
    party: Party | None = None


_DECISIVE: tuple[Callable[[ChainLink], bool], ...] = (
    lambda step: step.state is StepState.CLOSED,
    lambda step: step.lacks_offer,
    lambda step: step.state is StepState.UNKNOWN,
    lambda step: step.state is StepState.OWN,
)


_SHOWS = frozenset({"offers", "contains", "code_published"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """One route as links from the place to the solution; `caution` is what must be settled even if every link holds."""

    route: ReuseRoute
    steps: tuple[ChainLink, ...]
    ask: tuple[Ask, ...] = ()
    caution: str | None = None

    @property
    def verdict(self) -> Verdict:
        """The verdict on its links."""
        return verdict_of(self.steps)

    @property
    def missing(self) -> ChainLink | None:
        """The link that prevents a yes: first a closed one, then a missing offer, then a doubt, then an own step."""
        return next((step for is_it in _DECISIVE for step in self.steps if is_it(step)), None)

    @property
    def offer(self) -> ChainLink:
        """The link that shows that the solution is available; the last link if there is none."""
        return next((step for step in reversed(self.steps) if step.code in _SHOWS), self.steps[-1])

    @property
    def own_step(self) -> ChainLink | None:
        """The step that the asker has to take; of several the last, which takes most effort."""
        return next((step for step in reversed(self.steps) if step.state is StepState.OWN), None)

    @property
    def oldest_source(self) -> Citation | None:
        """The source with the oldest date of its own; None if no link has one."""
        found = [step for step in self.steps if step.sources and step.dated == self.oldest]
        dated = (one for step in found for one in step.sources if (one.date or UNKNOWN) == self.oldest)
        return next(dated, found[0].sources[0] if found else None)

    @property
    def oldest(self) -> str | None:
        """The oldest date among the links ("unknown" counts as oldest); None if no link has one."""
        dates = [step.dated for step in self.steps if step.dated]
        return UNKNOWN if UNKNOWN in dates else min(dates, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The best verdict of all chains, best chain first. Without a route it is NO; `ask` lists who may know of one."""

    verdict: Verdict
    chains: tuple[Chain, ...] = ()
    ask: tuple[Ask, ...] = ()

    @property
    def own_steps(self) -> tuple[str, ...]:
        """The own step of each chain that is possible, as codes: best chain first, each code once."""
        possible = (chain.own_step for chain in self.chains if chain.verdict is Verdict.POSSIBLE)
        return tuple(dict.fromkeys(step.code for step in possible if step))

    @property
    def best(self) -> Chain | None:
        """The chain that gives the verdict."""
        return self.chains[0] if self.chains else None

    @property
    def without_purchase(self) -> Chain | None:
        """The best chain that is not a purchase; None if there is none or it is not open."""
        best = self.without_purchases.best
        return best if best and best.verdict.is_open else None

    @property
    def without_purchases(self) -> Answer:
        """The answer based only on chains that are not purchases."""
        chains = tuple(chain for chain in self.chains if chain.route.code not in PURCHASES)
        return replace(self, verdict=chains[0].verdict if chains else Verdict.NO, chains=chains)
