# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is published at once, without a review: withdrawals, confirmations, responses.

Each is a proposal too, so that history, audit log and repair know one sort of thing only.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlmodel import Session

from app.content.record import Record, Withdrawn
from app.identity import Person
from app.review.desk import Desk
from app.review.model.outcome import Published
from app.review.model.proposal import Purpose
from app.review.model.workflow import ProposalState
from app.review.proposals.store import NewProposal, NewRound
from app.review.publishing.errors import MovedOn
from app.review.publishing.press import Edition, Press
from app.review.tables.proposal import ProposalRow
from app.review.text.examining import Checked

_ATTEMPTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What stands in the folder from now on: `record` says what it is about, `found` what the files are."""

    path: str
    files: Mapping[str, bytes]
    record: Record
    found: Record | Withdrawn
    base: str | None


class DirectPress:
    """Publishes sheets in the name of one person."""

    def __init__(self, desk: Desk, press: Press) -> None:
        """Publish with `press`."""
        self._desk = desk
        self._press = press

    def publish(
        self,
        person: Person,
        purpose: Purpose,
        make: Callable[[], Sheet | Published],
        also: Callable[[Session, ProposalRow], None] = lambda _db, _row: None,
    ) -> Published:
        """Publish what `make` gives; it is called anew when somebody else published in between.

        `make` answers Published where there is nothing left to do. `also` writes further rows in the same transaction.
        """
        with self._desk.lock.held():
            for _ in range(_ATTEMPTS - 1):
                try:
                    outcome = self._attempt(person, purpose, make, also)
                    break
                except MovedOn:
                    continue
            else:
                outcome = self._attempt(person, purpose, make, also)
        self._press.follow_up()
        return outcome

    def _attempt(
        self,
        person: Person,
        purpose: Purpose,
        make: Callable[[], Sheet | Published],
        also: Callable[[Session, ProposalRow], None],
    ) -> Published:
        head = self._desk.texts.head()
        sheet = make()
        if isinstance(sheet, Published):
            return sheet
        edition = _edition(sheet, person, purpose)
        published = self._press.put(edition, head)

        def rows(db: Session) -> None:
            row = self._desk.store.add(db, _proposal(edition, published), self._round(sheet, person))
            self._desk.audit.add(db, person.id, purpose.value, row.id, ver=str(published.ver))
            also(db, row)

        self._press.record(rows)
        return published

    def _round(self, sheet: Sheet, person: Person) -> NewRound:
        return NewRound(
            checked=Checked(path=sheet.path, files=sheet.files, problems=(), record=sheet.record),
            writer=person.id,
            pseudonym=person.pseudonym,
            base=sheet.base,
            at=self._desk.clock(),
            digest=sheet.found.digest,
        )


def _edition(sheet: Sheet, person: Person, purpose: Purpose) -> Edition:
    return Edition(
        proposal_id=str(uuid.uuid4()),
        kind=sheet.record.kind,
        slug=sheet.record.slug,
        path=sheet.path,
        record_id=sheet.record.id,
        digest=sheet.found.digest,
        files=sheet.files,
        purpose=purpose,
        author=person.pseudonym,
    )


def _proposal(edition: Edition, published: Published) -> NewProposal:
    return NewProposal(
        id=edition.proposal_id,
        kind=edition.kind,
        slug=edition.slug,
        purpose=edition.purpose,
        state=ProposalState.PUBLISHED,
        ver=published.ver,
    )
