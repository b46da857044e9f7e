# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keeps the mirror on a forge and takes its branches in."""

from __future__ import annotations

import structlog

from app.catalogue import CatalogueService
from app.content.schema import SchemaSet
from app.content.sharing.forge import Forge
from app.content.sharing.pushed import PushReader
from app.review.mirroring.report import MirrorReport
from app.review.mirroring.taking import BranchTaker
from app.review.proposals.service import ProposalService
from app.review.pushing.words import PushWords

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
        self._taker = BranchTaker(proposals, catalogue, schemas, PushWords(lang))

    def run(self) -> MirrorReport:
        """Send what is published and take branches in; raises GitFailed, GitTimeout and NotInitialised."""
        commit = self._forge.send()
        copy = self._forge.copy
        with copy.inbox_in_use():
            reader = PushReader(copy.inbox, copy.layout)
            reports = tuple(self._taker.take(branch, reader, commit) for branch in self._forge.branches())
        report = MirrorReport(commit=commit, branches=tuple(one for one in reports if one.proposals or one.refused))
        _log.info("mirror.done", branches=len(reports), taken=sum(len(one.proposals) for one in report.branches))
        return report
