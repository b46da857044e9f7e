"""What a place learns about one solution: chains of links, what makes a link hold, and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from app.reuse.front_matter import UNKNOWN, Citation
from app.reuse.naming import Party
from app.reuse.network import Membership
from app.reuse.route import PURCHASES, ReuseRoute


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


class Verdict(StrEnum):
    """In the order of hope, most first; `deciding` says what each means and why the order is this one."""

    YES = "yes"
    POSSIBLE = "possible"
    UNKNOWN = "unknown"
    UNDOCUMENTED = "undocumented"
    NO = "no"

    @property
    def hope(self) -> int:
        """Rank in the order, higher for more."""
        return -list(Verdict).index(self)

    @property
    def is_open(self) -> bool:
        """Whether a way may be open to the place."""
        return self not in (Verdict.UNDOCUMENTED, Verdict.NO)


def verdict_of(steps: Iterable[ChainLink]) -> Verdict:
    """Return what the links of one route amount to; without any link nothing is against it."""
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
    asker's own people; `party` names the provider where a membership is known, else nobody.
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
    """One route, link by link from the place to the solution; a chain always has at least one step.

    `caution` is a code for what stays to be settled in each single case even where every link holds.
    """

    route: ReuseRoute
    steps: tuple[ChainLink, ...]
    ask: tuple[Ask, ...] = ()
    caution: str | None = None

    @property
    def verdict(self) -> Verdict:
        """What the links amount to."""
        return verdict_of(self.steps)

    @property
    def missing(self) -> ChainLink | None:
        """The link that decides against a yes: a closed one, else what the offer lacks, else a doubt, else a step."""
        return next((step for is_it in _DECISIVE for step in self.steps if is_it(step)), None)

    @property
    def offer(self) -> ChainLink:
        """The link that shows the solution itself to be there, or the last one where there is none."""
        return next((step for step in reversed(self.steps) if step.code in _SHOWS), self.steps[-1])

    @property
    def own_step(self) -> ChainLink | None:
        """The step that is for the asker to make; of two the one that asks more, which comes last."""
        return next((step for step in reversed(self.steps) if step.state is StepState.OWN), None)

    @property
    def oldest_source(self) -> Citation | None:
        """The source that bears the oldest date, None where no link has one."""
        found = [step for step in self.steps if step.sources and step.dated == self.oldest]
        dated = (one for step in found for one in step.sources if (one.date or UNKNOWN) == self.oldest)
        return next(dated, found[0].sources[0] if found else None)

    @property
    def oldest(self) -> str | None:
        """The oldest date among the links ("unknown" counts as older than any), None where no link has one."""
        dates = [step.dated for step in self.steps if step.dated]
        return UNKNOWN if UNKNOWN in dates else min(dates, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The best verdict of all chains; chains come best first, see `ranking`.

    Without a single recorded route the verdict is no, `chains` is empty and `ask` says who may know one.
    """

    verdict: Verdict
    chains: tuple[Chain, ...] = ()
    ask: tuple[Ask, ...] = ()

    @property
    def own_steps(self) -> tuple[str, ...]:
        """The code of the own step of each way that one makes possible, best way first, each once."""
        possible = (chain.own_step for chain in self.chains if chain.verdict is Verdict.POSSIBLE)
        return tuple(dict.fromkeys(step.code for step in possible if step))

    @property
    def best(self) -> Chain | None:
        """The chain that carries the verdict."""
        return self.chains[0] if self.chains else None

    @property
    def without_purchase(self) -> Chain | None:
        """The best chain that is no purchase; None where there is none or it is not open."""
        best = self.without_purchases.best
        return best if best and best.verdict.is_open else None

    @property
    def without_purchases(self) -> Answer:
        """The answer that the ways give which are no purchases."""
        chains = tuple(chain for chain in self.chains if chain.route.code not in PURCHASES)
        return replace(self, verdict=chains[0].verdict if chains else Verdict.NO, chains=chains)
