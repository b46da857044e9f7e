# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keeps the mirror on a forge and takes its branches in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import structlog

from app.catalogue import CatalogueService
from app.catalogue.models import OWN
from app.content.schema import SchemaSet
from app.content.sharing.forge import Forge, ForgeBranch
from app.content.sharing.pushed import PushFault, PushReader, PushRefused
from app.errors import DomainError
from app.identity import Person, Role, RoleKind
from app.review.errors import NothingChanged
from app.review.model.proposal import Proposal
from app.review.model.submission import Rejected, Submission, Via
from app.review.proposals.service import ProposalService
from app.review.pushing.cleaning import CleanedRecord, cleaned_record
from app.review.pushing.translating import PushTranslator
from app.review.pushing.words import PushWords
from app.review.queue.proposals import ProposalQueue

AUTHOR = Person(id="forge", pseudonym="forge", display_name="Forge", roles=(Role(kind=RoleKind.AUTHOR),))
"""Whoever wrote on the forge signs there, not here; their commits stay on the forge."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchReport:
    """What became of a branch: the ids of its proposals, or lines that say what has to be mended there.

    `cleaned` are the paths of files whose proposals hold less than the branch: nothing about their makers.
    """

    branch: str
    proposals: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    cleaned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorReport:
    """One round: the commit that the forge shows now, and every branch that brought something."""

    commit: str
    branches: tuple[BranchReport, ...]


class MirrorService:
    """Goes round between the node and its forge; going round twice changes nothing."""

    def __init__(
        self,
        forge: Forge,
        proposals: ProposalService,
        queue: ProposalQueue,
        catalogue: CatalogueService,
        schemas: SchemaSet,
        lang: str = "de",
    ) -> None:
        """Word what has to be mended in `lang`."""
        self._forge = forge
        self._proposals = proposals
        self._queue = queue
        self._catalogue = catalogue
        self._schemas = schemas
        self._translator = PushTranslator(schemas)
        self._words = PushWords(lang)

    def run(self) -> MirrorReport:
        """Send what is published and take branches in; raises GitFailed, GitTimeout and NotInitialised."""
        commit = self._forge.send()
        with self._forge.copy.inbox_in_use():
            reports = tuple(self._branch(branch, commit) for branch in self._forge.branches())
        report = MirrorReport(commit=commit, branches=tuple(one for one in reports if one.proposals or one.refused))
        _log.info("mirror.done", branches=len(reports), taken=sum(len(one.proposals) for one in report.branches))
        return report

    def _branch(self, branch: ForgeBranch, published: str) -> BranchReport:
        copy = self._forge.copy
        try:
            push = PushReader(copy.inbox, copy.layout).read(branch.commit, published)
        except PushRefused as error:
            # A branch that was merged, or just begun, brings nothing.
            lines = () if error.fault is PushFault.NOTHING_CHANGED else tuple(self._words.refused(error))
            return BranchReport(branch=branch.name, refused=lines)
        found = (cleaned_record(record) for record in push.records)
        return self._taken(branch, push.reason, found)

    def _is_published(self, wish: Submission) -> bool:
        record = self._proposals.check(wish).record
        return record is not None and any(e.origin == OWN for e in self._catalogue.with_digest(record.digest))

    def _taken(self, branch: ForgeBranch, reason: str, records: Iterable[CleanedRecord]) -> BranchReport:
        proposals: list[str] = []
        refused: list[str] = []
        cleaned: list[str] = []
        for found in records:
            wish = self._translator.submission(found.record, reason, branch.commit, AUTHOR, Via.MIRROR)
            if found.problems:
                refused += self._words.problems(found.problems, self._schemas.kind(wish.kind))
                continue
            try:
                outcome = None if self._is_published(wish) else self._sent(wish)
            except NothingChanged:
                continue
            except DomainError:
                # A record that was withdrawn meanwhile keeps no other branch from being taken in.
                refused.append(self._words.gone(f"{wish.kind}/{wish.slug}"))
                continue
            if isinstance(outcome, Proposal):
                proposals.append(outcome.id)
                cleaned += (f"{found.record.path}/{name}" for name in found.mended)
            elif outcome is not None:
                refused += self._words.problems(outcome.errors, self._schemas.kind(wish.kind))
        return BranchReport(
            branch=branch.name, proposals=tuple(proposals), refused=tuple(refused), cleaned=tuple(cleaned)
        )

    def _sent(self, wish: Submission) -> Proposal | Rejected:
        before = next(self._open(wish), None)
        return self._proposals.submit(wish) if before is None else self._proposals.revise(before, wish)

    def _open(self, wish: Submission) -> Iterator[str]:
        for item in self._queue.mine(AUTHOR):
            found = item.proposal
            if found.state.is_open and (found.kind, found.slug) == (wish.kind, wish.slug):
                yield found.id
