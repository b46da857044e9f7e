"""How far a project result has become a product that others can obtain.

Eight criteria after the written statement to the German Bundestag of October 2023 (Ausschussdrucksache
20(24)188-H): others cannot take a result over without a product, an operator for more than one user, and a clear
responsibility that includes the legal and the sales role.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.records.record import Record
from app.reuse.front_matter import UNKNOWN, Citation, Fields, citations, entries, group, word, words
from app.reuse.network import Network
from app.reuse.route import IN_HOUSE, ReuseRoute, reuse_routes
from app.shared.wording import N_


class CriterionState(StrEnum):
    """`missing` means that the record denies it, `unknown` that the record is silent; they are never mixed."""

    MET = "met"
    PARTLY = "partly"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the record states: `field` is a path of the schema, `value` a name or a code that the schema labels."""

    field: str
    value: str
    sources: tuple[Citation, ...] = ()
    note: str | None = None
    as_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """Whether a solution meets a criterion (`code`); `next_step` is what would fulfil it, None if nothing is left."""

    code: str
    state: CriterionState
    evidence: tuple[Evidence, ...] = ()
    next_step: str | None = None


def evidence(record: Record, field: str, value: str, holder: Fields, note: str | None = None) -> Evidence:
    """Return a statement of the record in `field`, with the sources named in `holder`."""
    return Evidence(
        field=field,
        value=value,
        sources=citations(record, holder.get("sources", ())),
        note=note or holder.get("note"),
        as_of=holder.get("as_of") or holder.get("since") or holder.get("last_checked"),
    )


def sourced(state: CriterionState, found: tuple[Evidence, ...]) -> CriterionState:
    """Return the state, or partly if it would be met but some of the evidence names no source."""
    if state is CriterionState.MET and not all(part.sources for part in found):
        return CriterionState.PARTLY
    return state


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
    """Met if the code is under an open licence and the standards it follows are named."""
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
    """Licence and standards have no sources of their own; the licence uses those of the code's address."""
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
    """Met if a recorded public provider offers it to public bodies."""
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
    """Met if the Deutsche Verwaltungscloud lists it as a service."""
    dvc = group(solution, "dvc")
    status = str(dvc.get("status", UNKNOWN))
    state, next_step = _BY_LISTING.get(status, (UNCLEAR, "ask_about_listing"))
    found = (evidence(solution, "dvc.status", status, dvc),) if status != UNKNOWN else ()
    if state is MET and not all(part.sources for part in found):
        state, next_step = PARTLY, "add_source"
    return Criterion(code="administration_cloud", state=state, evidence=found, next_step=next_step)


def product_owner(solution: Record) -> Criterion:
    """Met if the record names who is responsible for the product."""
    holder = group(solution, "product_owner")
    if not holder:
        return _nobody(solution, "product_owner", "name_product_owner")
    found = (evidence(solution, "product_owner", str(holder["name"]), holder),)
    return _criterion("product_owner", sourced(MET, found), found, "add_source")


def legal_role(solution: Record) -> Criterion:
    """Met if the record names who holds the rights and may sign contracts."""
    holder = group(solution, "legal_role")
    if not holder:
        return _nobody(solution, "legal_role", "name_legal_role")
    rights, name = str(holder["rights_held"]), _name(holder)
    who = (evidence(solution, "legal_role.org", name, holder),) if name else ()
    found = (*who, evidence(solution, "legal_role.rights_held", rights, holder, holder.get("basis")))
    if rights == "no":
        return _criterion("legal_role", MISSING, found, "clarify_rights")
    if rights == UNKNOWN:
        return _criterion("legal_role", PARTLY if name and found[0].sources else UNCLEAR, found, "clarify_rights")
    if rights == "yes" and name:
        return _criterion("legal_role", sourced(MET, found), found, "add_source")
    return _criterion("legal_role", PARTLY, found, "clarify_rights" if name else "name_legal_role")


def sales_role(solution: Record) -> Criterion:
    """Met if the record names who offers the product and sends the invoice."""
    holder = group(solution, "sales_role")
    name = _name(holder)
    if not name:
        said = (evidence(solution, "sales_role.note", str(holder["note"]), holder),) if holder.get("note") else ()
        return _nobody(solution, "sales_role", "name_sales_role", said)
    found = (evidence(solution, "sales_role.org", name, holder),)
    return _criterion("sales_role", sourced(MET, found), found, "add_source")


def operator(solution: Record) -> Criterion:
    """Met if somebody runs it for more than one user."""
    holders = entries(solution, "operator")
    found = tuple(evidence(solution, "operator.org", _name(holder), holder) for holder in holders)
    for_others = [str(holder.get("for_others", UNKNOWN)) for holder in holders]
    serving = tuple(part for part, answer in zip(found, for_others, strict=True) if answer == "yes")
    if any(part.sources for part in serving):
        return _criterion("operator", MET, found, None)
    if serving:
        return _criterion("operator", PARTLY, found, "add_source")
    if found and set(for_others) == {"no"}:
        return _criterion("operator", MISSING, found, "find_operator_for_others")
    return _criterion("operator", PARTLY if found else UNCLEAR, found, "ask_operator" if found else "name_operator")


def upkeep(solution: Record, today: date) -> Criterion:
    """Met if maintenance is assigned and secured beyond today."""
    holder = group(solution, "maintainer")
    kind, until = str(holder.get("type", UNKNOWN)), str(holder.get("until", UNKNOWN))
    found = _upkeep_evidence(solution, holder)
    if kind == "none":
        return _criterion("upkeep", MISSING, found, "assign_upkeep")
    if kind == UNKNOWN:
        return _criterion("upkeep", UNCLEAR, found, "clarify_upkeep")
    if until == UNKNOWN:
        return _criterion("upkeep", PARTLY, found, "secure_funding")
    if until < today.isoformat()[: len(until)]:
        return _criterion("upkeep", MISSING, found, "renew_upkeep")
    return _criterion("upkeep", sourced(MET, found), found, "add_source")


def _upkeep_evidence(solution: Record, holder: Fields) -> tuple[Evidence, ...]:
    said = {f"maintainer.{part}": str(holder[part]) for part in ("type", "until") if part in holder}
    name = {"maintainer.org": _name(holder)} if "org" in holder else {}
    return tuple(evidence(solution, field, value, holder) for field, value in {**name, **said}.items())


def _name(holder: Fields) -> str:
    return str(holder.get("org", {}).get("name", ""))


def _nobody(solution: Record, code: str, next_step: str, found: tuple[Evidence, ...] = ()) -> Criterion:
    """Return missing for a record that calls its solution a project result: that says nobody has made it a product."""
    project = word(solution, "productisation") == "project_result"
    said = (*found, Evidence(field="productisation", value="project_result")) if project else found
    return _criterion(code, MISSING if project else UNCLEAR, said, next_step)


def _criterion(code: str, state: CriterionState, found: tuple[Evidence, ...], next_step: str | None) -> Criterion:
    return Criterion(code=code, state=state, evidence=found, next_step=None if state is MET else next_step)


CRITERION_NAMES = {
    "open_standards": N_("Open source and standards"),
    "product_owner": N_("Responsibility for the product"),
    "legal_role": N_("Legal role"),
    "sales_role": N_("Sales role"),
    "operator": N_("Operator for several users"),
    "upkeep": N_("Funded upkeep"),
    "in_house_route": N_("In-house route"),
    "administration_cloud": N_("German Administration Cloud"),
}
"""The criteria by code, in the order in which `check` returns them."""


def check(solution: Record, network: Network, today: date) -> tuple[Criterion, ...]:
    """Return the eight criteria for a record of kind "solution"; `today` decides whether maintenance has expired."""
    return (
        open_standards(solution),
        product_owner(solution),
        legal_role(solution),
        sales_role(solution),
        operator(solution),
        upkeep(solution, today),
        in_house_route(solution, network),
        administration_cloud(solution),
    )
