# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a proposal would change, as far as it decides who may decide: the published text and the proposed one.

Judged by the proposed text alone, a proposal could carry a record out of the area of those who look after it, or into
the area of somebody who then decides on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.content.record import Record
from app.identity import Action, Matter, Person, may
from app.review.errors import NotAllowed, OutsideArea, OwnProposal
from app.review.matter import matter_of, matter_of_record
from app.review.tables.proposal import ProposalRow
from app.review.text.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A matter as it is published, None for a new record, and as it is proposed."""

    before: Matter | None
    after: Matter

    @property
    def sides(self) -> tuple[Matter, ...]:
        """Return the matters that a decision is about."""
        return (self.after,) if self.before is None else (self.before, self.after)

    def allows(self, person: Person, action: Action) -> bool:
        """Tell whether somebody may take this decision: before and after, the record lies within their area."""
        return all(may(person, action, side) for side in self.sides)

    def concerns(self, person: Person) -> bool:
        """Tell whether somebody may see the proposal and take part in its discussion."""
        return any(may(person, Action.DISCUSS, side) for side in self.sides)

    def permit(self, person: Person, action: Action) -> None:
        """Raise OutsideArea where only the limits of a role stand in the way, NotAllowed where the role does."""
        if self.allows(person, action):
            return
        if not may(person, action):
            raise NotAllowed(action.value)
        before = self.before is not None and not may(person, action, self.before)
        raise OutsideArea(action.value, before=before, after=not may(person, action, self.after))

    def permit_decision(self, person: Person, action: Action, proposal_id: str) -> None:
        """Raise OwnProposal where own words stand in the way, and what `permit` raises."""
        if person.id in self.after.authors:
            raise OwnProposal(proposal_id)
        self.permit(person, action)


class Changes:
    """Finds what is published under a proposal at this moment."""

    def __init__(self, texts: Texts) -> None:
        """Read published records through `texts`."""
        self._texts = texts

    def of(self, row: ProposalRow, writers: Iterable[str] = ()) -> Change:
        """Return the change that a proposal asks for; `writers` are the ids of all whose words it holds."""
        after = matter_of(row, writers)
        return Change(before=self._before(row.kind, row.slug, after.authors), after=after)

    def to(self, record: Record, writers: Iterable[str] = ()) -> Change:
        """Return the change that publishing a record in its place would be."""
        after = replace(matter_of_record(record), authors=frozenset(writers))
        return Change(before=self._before(record.kind, record.slug, after.authors), after=after)

    def _before(self, kind: str, slug: str, authors: frozenset[str]) -> Matter | None:
        # Of a withdrawn record the last text counts: its note says little of where it belongs.
        last = self._texts.last_record(self._texts.path(kind, slug))
        return replace(matter_of_record(last), authors=authors) if last else None
