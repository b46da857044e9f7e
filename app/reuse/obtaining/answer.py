# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a place learns about one solution."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.reuse.front_matter import UNKNOWN
from app.reuse.naming import Party
from app.reuse.obtaining.step import ChainLink, StepState
from app.reuse.route import ReuseRoute


class Verdict(StrEnum):
    """Ordered by hope: yes above unknown above no; `deciding` says why."""

    YES = "yes"
    UNKNOWN = "unknown"
    NO = "no"

    @property
    def hope(self) -> int:
        """Rank in the order, higher for more."""
        return _HOPE[self]


_HOPE = {Verdict.NO: 0, Verdict.UNKNOWN: 1, Verdict.YES: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Whom to ask about a gap.

    `code` is the role: provider, body (whose membership is in question), provider_in_state, product_owner,
    publisher (who published the solution), own_it_provider or own_procurement_office. The last two are the
    asker's own people and carry no `party`.
    """

    code: str
    party: Party | None = None


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
        """No where a link is closed, yes where every link is known, otherwise unknown."""
        states = {step.state for step in self.steps}
        if StepState.CLOSED in states:
            return Verdict.NO
        return Verdict.YES if states == {StepState.KNOWN} else Verdict.UNKNOWN

    @property
    def missing(self) -> ChainLink | None:
        """The link that decides against the chain: the first closed one, otherwise the first that is not known."""
        closed = (step for step in self.steps if step.state is StepState.CLOSED)
        unknown = (step for step in self.steps if step.state is StepState.UNKNOWN)
        return next(closed, None) or next(unknown, None)

    @property
    def oldest(self) -> str | None:
        """The oldest date among the links ("unknown" counts as older than any), None where no link has one."""
        dates = [step.as_of for step in self.steps if step.as_of]
        return UNKNOWN if UNKNOWN in dates else min(dates, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The best verdict of all chains; chains come best first, equals in the order of the record.

    Without a single recorded route the verdict is no, `chains` is empty and `ask` says who may know one.
    """

    verdict: Verdict
    chains: tuple[Chain, ...] = ()
    ask: tuple[Ask, ...] = ()

    @property
    def best(self) -> Chain | None:
        """The chain that carries the verdict."""
        return self.chains[0] if self.chains else None
