# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether the product is open, and whether public bodies can order it among themselves."""

from __future__ import annotations

from app.content.record import Record
from app.reuse.citation import citations
from app.reuse.front_matter import UNKNOWN, Fields, entries, group, word, words
from app.reuse.network import Network
from app.reuse.productisation.criterion import Criterion, CriterionState, Evidence, evidence
from app.reuse.route import IN_HOUSE, ReuseRoute, reuse_routes

MET, PARTLY, MISSING, UNCLEAR = (
    CriterionState.MET,
    CriterionState.PARTLY,
    CriterionState.MISSING,
    CriterionState.UNKNOWN,
)
_PUBLIC = frozenset({"municipal_it", "state_it", "cooperative", "agency", "platform"})
_BY_STATUS = {
    "available": (MET, None),
    "pilot": (PARTLY, "ask_when_open_to_all"),
    "planned": (PARTLY, "ask_when_open_to_all"),
    "unknown": (UNCLEAR, "ask_in_house_provider"),
    "withdrawn": (MISSING, "find_in_house_provider"),
}
_BY_LISTING = {
    "listed": (MET, None),
    "planned": (PARTLY, "ask_about_listing"),
    "no": (MISSING, "list_in_dvc"),
}
_WORTH = {MET: 3, PARTLY: 2, UNCLEAR: 1, MISSING: 0}


def open_standards(solution: Record) -> Criterion:
    """The code is under an open licence, and the standards it keeps to are named."""
    openness, standards = word(solution, "openness"), words(solution, "standards")
    found = _openness_evidence(solution)
    state, next_step = _openness(openness, word(solution, "software_license"))
    if state is MET and not all(part.sources for part in found if part.field != "standards"):
        state, next_step = PARTLY, "add_source"
    if state is MET and not standards:
        state, next_step = PARTLY, "name_standards"
    return Criterion(code="open_standards", state=state, evidence=found, next_step=next_step)


def _openness(openness: str, licence: str) -> tuple[CriterionState, str | None]:
    if openness == "open_source":
        return (PARTLY, "name_licence") if licence == UNKNOWN else (MET, None)
    if openness in ("open_core", "source_available"):
        return PARTLY, "open_the_whole_code"
    if openness == "proprietary":
        return MISSING, "publish_under_open_licence"
    return UNCLEAR, "clarify_licence"


def _openness_evidence(solution: Record) -> tuple[Evidence, ...]:
    """Licence and standards carry no sources of their own; those of the code's address show the licence, too."""
    own: Fields = group(solution, "repository")
    routes = (route for route in entries(solution, "reuse_routes") if route["route"] == "self_host_oss")
    repository = own if own.get("sources") else next(routes, own)
    sources = citations(solution, repository.get("sources", ()))
    texts = [(field, word(solution, field)) for field in ("openness", "software_license")]
    return (
        *(Evidence(field=field, value=text, sources=sources) for field, text in texts if text != UNKNOWN),
        *(Evidence(field="standards", value=name) for name in words(solution, "standards")),
    )


def in_house_route(solution: Record, network: Network) -> Criterion:
    """A public provider that is recorded here offers it to public bodies."""
    routes = [route for route in reuse_routes(solution, network.naming(solution.origin)) if route.code in IN_HOUSE]
    if not routes:
        return Criterion(code="in_house_route", state=UNCLEAR, next_step="find_in_house_provider")
    judged = [_route_state(route, network) for route in routes]
    state, next_step = max(judged, key=lambda found: _WORTH[found[0]])
    return Criterion(
        code="in_house_route", state=state, evidence=tuple(map(_route_evidence, routes)), next_step=next_step
    )


def _route_state(route: ReuseRoute, network: Network) -> tuple[CriterionState, str | None]:
    state, next_step = _BY_STATUS.get(route.status, _BY_STATUS["unknown"])
    provider = network.organisations.get(route.provider.key)
    if state is MET and not route.sources:
        return PARTLY, "add_source"
    if state is MET and (provider is None or provider.type not in _PUBLIC):
        return PARTLY, "record_provider"
    return state, next_step


def _route_evidence(route: ReuseRoute) -> Evidence:
    return Evidence(
        field=f"reuse_routes.{route.code}",
        value=route.provider.name,
        sources=route.sources,
        note=route.note,
        as_of=route.checked,
    )


def administration_cloud(solution: Record) -> Criterion:
    """The Deutsche Verwaltungscloud lists it as a service."""
    dvc = group(solution, "dvc")
    status = str(dvc.get("status", UNKNOWN))
    state, next_step = _BY_LISTING.get(status, (UNCLEAR, "ask_about_listing"))
    found = (evidence(solution, "dvc.status", status, dvc),) if status != UNKNOWN else ()
    if state is MET and not all(part.sources for part in found):
        state, next_step = PARTLY, "add_source"
    return Criterion(code="administration_cloud", state=state, evidence=found, next_step=next_step)
