"""Wires the search, and the search of somebody who starts a project."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.catalogue import CatalogueService
from app.federation.harvest.homes import Homes
from app.federation.harvest.origins import OrganisationOrigins
from app.kickoff.goal_lessons import GoalLessons
from app.kickoff.service import KickoffService
from app.reuse.facets import BothNames, ReuseFacets
from app.reuse.service import ReuseService
from app.search.engine import IndexPlace
from app.search.service import SearchService
from app.shared.config import Settings
from app.wiring.foundation import Foundation
from app.wiring.meaning import OpenMeaning


def wire_search(
    base: Foundation,
    catalogue: CatalogueService,
    reuse: ReuseService,
    sub_of: Callable[[str, str], str],
    believed: OrganisationOrigins,
    meaning: OpenMeaning,
    forgetting: Sequence[Callable[[set[str]], object]],
) -> SearchService:
    """Return the search; nothing is read before its first use. `forgetting` drop what rests on changed records."""
    facets = ReuseFacets(reuse.network, base.clock, BothNames(catalogue, sub_of), believed.ever)

    def changed(uids: set[str]) -> None:
        # A machine that only reads leaves it to the one that works it out.
        for forget in () if base.settings.reads_only else forgetting:
            forget(uids)

    index = index_place(base.settings)
    homes = Homes(base.sessions)
    return SearchService(index, catalogue, base.schemas, base.vocabularies, facets, meaning, changed, homes)


def index_place(settings: Settings) -> IndexPlace:
    """Return where the index lies that the operator chose."""
    return IndexPlace(settings.index_path, settings.search)


def wire_kickoff(
    base: Foundation, search: SearchService, catalogue: CatalogueService, reuse: ReuseService, meaning: OpenMeaning
) -> KickoffService:
    """Return the search with a situation."""
    phases = [str(phase.value) for phase in base.schemas.choices("phase")]
    lessons = GoalLessons(catalogue, search, meaning)
    return KickoffService(search, catalogue, reuse, phases, goal_lessons=lessons)
