# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Takes a branch of the forge in: each of its records is a proposal of this branch, sent once however often seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from app.catalogue import CatalogueService
from app.catalogue.models import OWN
from app.content.schema import SchemaSet
from app.content.sharing.forge import ForgeBranch
from app.content.sharing.pushed import PushFault, PushReader, PushRefused
from app.errors import Conflict, DomainError, Invalid, NotFound
from app.review.errors import NothingChanged, RoundOutdated
from app.review.mirroring.report import BranchReport
from app.review.mirroring.writers import writer_of
from app.review.model.proposal import Proposal
from app.review.model.submission import Rejected, Submission, Via
from app.review.proposals.sendings import Sending
from app.review.proposals.service import ProposalService
from app.review.pushing.cleaning import CleanedRecord, cleaned_record
from app.review.pushing.translating import PushTranslator
from app.review.pushing.words import PushWords


@dataclass(slots=True)
class _Found:
    """What a branch has brought so far."""

    proposals: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    cleaned: list[str] = field(default_factory=list)

    def report(self, branch: str) -> BranchReport:
        return BranchReport(
            branch=branch,
            proposals=tuple(self.proposals),
            refused=tuple(self.refused),
            cleaned=tuple(self.cleaned),
        )


class BranchTaker:
    """Makes proposals of branches. Nothing that is wrong with one record keeps another one from being taken."""

    def __init__(
        self, proposals: ProposalService, catalogue: CatalogueService, schemas: SchemaSet, words: PushWords
    ) -> None:
        """Say in `words` what has to be mended."""
        self._proposals = proposals
        self._catalogue = catalogue
        self._schemas = schemas
        self._translator = PushTranslator(schemas)
        self._words = words

    def take(self, branch: ForgeBranch, reader: PushReader, published: str) -> BranchReport:
        """Take in what `branch` changes against the commit `published`; raises GitFailed and GitTimeout."""
        if not branch.whole:
            return BranchReport(branch=branch.name, refused=(self._words.broken(),))
        try:
            push = reader.read(branch.commit, published)
        except PushRefused as error:
            # A branch that was merged, or just begun, brings nothing.
            lines = () if error.fault is PushFault.NOTHING_CHANGED else tuple(self._words.refused(error))
            return BranchReport(branch=branch.name, refused=lines)
        return self._taken(branch, push.reason, map(cleaned_record, push.records))

    def _taken(self, branch: ForgeBranch, reason: str, records: Iterable[CleanedRecord]) -> BranchReport:
        found = _Found()
        writer = writer_of(branch.name)
        for cleaned in records:
            wish = self._translator.submission(cleaned.record, reason, branch.commit, writer, Via.MIRROR)
            if cleaned.problems:
                found.refused += self._words.problems(cleaned.problems, self._schemas.kind(wish.kind))
                continue
            try:
                self._note(self._outcome(wish), wish, cleaned, found)
            except NothingChanged:
                continue
            except DomainError as error:
                # A record that was withdrawn meanwhile keeps no other branch from being taken in.
                found.refused.append(self._said(error, cleaned.record.path))
        return found.report(branch.name)

    def _outcome(self, wish: Submission) -> Proposal | Rejected | None:
        """Send what was not sent before; None where there is nothing to do."""
        record = self._proposals.check(wish).record
        if record is None:
            return self._proposals.submit(wish)
        if any(entry.origin == OWN for entry in self._catalogue.with_digest(record.digest)):
            return None
        sendings = [one for one in self._proposals.sent_about(wish.kind, wish.slug or "") if _is_from_forge(one)]
        return self._sent(wish, record.digest, sendings)

    def _sent(self, wish: Submission, digest: str, sendings: list[Sending]) -> Proposal | Rejected | None:
        opened = [one for one in sendings if one.proposal.state.is_open]
        standing = next((one.proposal for one in opened if one.last and one.last.digest == digest), None)
        if standing is not None:
            # The forge asks for it already, perhaps by another branch into which this one was merged there.
            return standing
        own = next((one for one in opened if one.proposal.author == wish.author.id), None)
        if own is not None:
            # What editors wrote meanwhile stays: this text goes on from the one that the branch brought last.
            return self._proposals.revise(own.proposal.id, replace(wish, round=own.last.number if own.last else None))
        if any(one.holds(digest) for one in sendings if one.proposal.author == wish.author.id):
            # It was decided upon; the branch still says the same.
            return None
        return self._proposals.submit(wish)

    def _note(self, outcome: Proposal | Rejected | None, wish: Submission, record: CleanedRecord, to: _Found) -> None:
        if isinstance(outcome, Rejected):
            to.refused += self._words.problems(outcome.errors, self._schemas.kind(wish.kind))
        elif outcome is not None:
            to.proposals.append(outcome.id)
            to.cleaned += (f"{record.record.path}/{name}" for name in record.mended)

    def _said(self, error: DomainError, path: str) -> str:
        if isinstance(error, RoundOutdated):
            return self._words.outdated(path)
        return self._words.gone(path) if isinstance(error, NotFound | Conflict | Invalid) else self._words.busy(path)


def _is_from_forge(sending: Sending) -> bool:
    return sending.proposal.via is Via.MIRROR
