# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keeps the mirror on a forge and takes its branches in."""

from __future__ import annotations

from collections.abc import Iterable

import structlog

from app.catalogue import CatalogueService
from app.content.git.errors import GitFailed, GitTimeout
from app.content.schema import SchemaSet
from app.content.sharing.forge import MAIN_BRANCH, Forge, ForgeBranch, ForgeView
from app.content.sharing.pushed import PushReader
from app.errors import DomainError
from app.review.mirroring.report import BranchReport, MirrorReport
from app.review.mirroring.taking import BranchTaker
from app.review.proposals.service import ProposalService
from app.review.pushing.words import PushWords

_SHOWN = 12
_log = structlog.get_logger()


class MirrorService:
    """Goes round between the node and its forge; going round twice changes nothing."""

    def __init__(
        self,
        forge: Forge,
        proposals: ProposalService,
        catalogue: CatalogueService,
        schemas: SchemaSet,
        lang: str = "de",
    ) -> None:
        """Word what has to be mended in `lang`."""
        self._forge = forge
        self._words = PushWords(lang)
        self._taker = BranchTaker(proposals, catalogue, schemas, self._words)

    def run(self) -> MirrorReport:
        """Take branches in and send what is published; raises GitFailed, GitTimeout and NotInitialised.

        The branches come first: what the forge does not let be sent keeps none of them waiting, and what somebody wrote
        on its main is taken in before main is replaced.
        """
        copy = self._forge.copy
        commit = copy.refresh()
        with copy.inbox_in_use():
            seen = self._forge.look(commit)
            reader = PushReader(copy.inbox, copy.layout)
            reports = tuple(self._taken(branch, reader, commit) for branch in seen.branches)
            kept = _to_keep(seen, reports)
            failure = self._sent(commit, seen.main, kept)
        brought = tuple(one for one in reports if one.proposals or one.refused)
        _log.info("mirror.done", branches=len(reports), taken=sum(len(one.proposals) for one in brought))
        return MirrorReport(commit=commit, branches=brought, failure=failure, kept="" if failure else kept)

    def _taken(self, branch: ForgeBranch, reader: PushReader, published: str) -> BranchReport:
        try:
            return self._taker.take(branch, reader, published)
        except DomainError as error:
            _log.warning("mirror.branch_failed", error=type(error).__name__)
            return BranchReport(branch=branch.name, refused=(self._words.busy(branch.name),))

    def _sent(self, commit: str, seen: str, kept: str) -> GitFailed | GitTimeout | None:
        try:
            self._forge.send(commit, seen, keep_as=kept)
        except (GitFailed, GitTimeout) as error:
            _log.warning("mirror.not_sent", error=type(error).__name__)
            return error
        return None


def _to_keep(seen: ForgeView, reports: Iterable[BranchReport]) -> str:
    """Return the name for what stands on main of the forge and could not be taken in, "" where nothing is lost."""
    refused = any(report.branch == MAIN_BRANCH and report.refused for report in reports)
    return f"{MAIN_BRANCH}-{seen.main[:_SHOWN]}" if refused else ""
