# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who answers for the product, may license it, sells it, runs it for others and keeps it going."""

from __future__ import annotations

from datetime import date

from app.content.record import Record
from app.reuse.front_matter import UNKNOWN, Fields, entries, group, word
from app.reuse.productisation.criterion import Criterion, CriterionState, Evidence, evidence, sourced

MET, PARTLY, MISSING, UNCLEAR = (
    CriterionState.MET,
    CriterionState.PARTLY,
    CriterionState.MISSING,
    CriterionState.UNKNOWN,
)


def product_owner(solution: Record) -> Criterion:
    """Somebody is named who answers for the product."""
    holder = group(solution, "product_owner")
    if not holder:
        return _nobody(solution, "product_owner", "name_product_owner")
    found = (evidence(solution, "product_owner", str(holder["name"]), holder),)
    return _criterion("product_owner", sourced(MET, found), found, "add_source")


def legal_role(solution: Record) -> Criterion:
    """Somebody is named who holds the rights and may sign contracts."""
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
    """Somebody is named who offers the product and sends the invoice."""
    holder = group(solution, "sales_role")
    name = _name(holder)
    if not name:
        said = (evidence(solution, "sales_role.note", str(holder["note"]), holder),) if holder.get("note") else ()
        return _nobody(solution, "sales_role", "name_sales_role", said)
    found = (evidence(solution, "sales_role.org", name, holder),)
    return _criterion("sales_role", sourced(MET, found), found, "add_source")


def operator(solution: Record) -> Criterion:
    """Somebody runs it for more than one user."""
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
    """Maintenance is assigned and secured beyond today."""
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
    """A record that calls its solution a project result states that nobody has taken it over as a product."""
    project = word(solution, "productisation") == "project_result"
    said = (*found, Evidence(field="productisation", value="project_result")) if project else found
    return _criterion(code, MISSING if project else UNCLEAR, said, next_step)


def _criterion(code: str, state: CriterionState, found: tuple[Evidence, ...], next_step: str | None) -> Criterion:
    return Criterion(code=code, state=state, evidence=found, next_step=None if state is MET else next_step)
