"""Each criterion: met by what the record says with a source, missing by what it denies, unknown by its silence."""

from datetime import date
from typing import Any

import pytest

from app.reuse.network import Network
from app.reuse.productisation import CRITERION_NAMES, Criterion, check
from tests.unit.reuse.examples import org, organisation, route, solution

TODAY = date(2026, 11, 25)
NETWORK = Network.from_records([organisation("haus"), organisation("firma", org_type="company")])
OWNER = {"name": "Amt", "sources": ["a"]}
ROLE = {"org": org("=Amt"), "sources": ["a"]}


def criterion(code: str, *routes: dict[str, Any], **fields: Any) -> Criterion:
    answers = check(solution(*(routes or (route("tender"),)), **fields), NETWORK, TODAY)
    return next(found for found in answers if found.code == code)


def judged(code: str, *routes: dict[str, Any], **fields: Any) -> tuple[str, str | None]:
    found = criterion(code, *routes, **fields)
    return found.state, found.next_step


def test_a_record_that_says_nothing_is_unknown_everywhere_and_each_gap_has_a_next_step() -> None:
    answers = check(solution(route("tender")), NETWORK, TODAY)
    assert [found.code for found in answers] == list(CRITERION_NAMES)
    assert {found.state for found in answers} == {"unknown"}
    assert all(found.next_step for found in answers)


def test_a_complete_product_meets_all_and_has_nothing_left_to_do() -> None:
    complete = solution(
        route("inhouse_municipal_it", "haus"),
        openness="open_source",
        software_license="EUPL-1.2",
        standards=["OParl"],
        repository={"url": "https://code.example/", "sources": ["a"]},
        product_owner=OWNER,
        legal_role={**ROLE, "rights_held": "yes"},
        sales_role=ROLE,
        operator=[{**ROLE, "for_others": "yes"}],
        maintainer={"type": "contract", "until": "2028", "sources": ["a"]},
        dvc={"status": "listed", "as_of": "2026", "sources": ["a"]},
        productisation="dvc_saas",
    )
    answers = check(complete, NETWORK, TODAY)
    assert {found.state for found in answers} == {"met"}
    assert {found.next_step for found in answers} == {None}
    sourced = [part for found in answers for part in found.evidence if part.field != "standards"]
    assert all([source.key for source in part.sources] == ["a"] for part in sourced)


CODE = {"repository": {"url": "https://code.example/", "sources": ["a"]}}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"openness": "open_source", "software_license": "MIT", **CODE}, ("partly", "name_standards")),
        ({"openness": "open_source", "standards": ["OParl"], **CODE}, ("partly", "name_licence")),
        ({"openness": "open_source", "software_license": "MIT", "standards": ["OParl"]}, ("partly", "add_source")),
        ({"openness": "open_core", "standards": ["OParl"]}, ("partly", "open_the_whole_code")),
        ({"openness": "proprietary", "standards": ["OParl"]}, ("missing", "publish_under_open_licence")),
        ({"openness": "unknown", "standards": ["OParl"]}, ("unknown", "clarify_licence")),
    ],
)
def test_openness_needs_licence_and_standards(fields: dict[str, Any], expected: tuple[str, str]) -> None:
    assert judged("open_standards", **fields) == expected


def test_the_sources_of_the_open_route_serve_where_the_repository_has_none() -> None:
    found = criterion("open_standards", route(), openness="open_source", software_license="MIT", standards=["OParl"])
    assert found.state == "met"
    assert [(part.field, len(part.sources)) for part in found.evidence] == [
        ("openness", 1),
        ("software_license", 1),
        ("standards", 0),
    ]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"product_owner": OWNER}, ("met", None)),
        ({"product_owner": {"name": "Amt"}}, ("partly", "add_source")),
        ({}, ("unknown", "name_product_owner")),
        ({"productisation": "project_result"}, ("missing", "name_product_owner")),
    ],
)
def test_an_owner_is_named_with_a_source(fields: dict[str, Any], expected: tuple[str, str | None]) -> None:
    assert judged("product_owner", **fields) == expected


@pytest.mark.parametrize(
    ("legal_role", "expected"),
    [
        ({**ROLE, "rights_held": "yes"}, ("met", None)),
        ({"org": org("=Amt"), "rights_held": "yes"}, ("partly", "add_source")),
        ({"rights_held": "yes", "sources": ["a"]}, ("partly", "name_legal_role")),
        ({**ROLE, "rights_held": "partly"}, ("partly", "clarify_rights")),
        ({"org": org("=Amt"), "rights_held": "unknown"}, ("unknown", "clarify_rights")),
        ({**ROLE, "rights_held": "no"}, ("missing", "clarify_rights")),
        (None, ("unknown", "name_legal_role")),
    ],
)
def test_legal_role_needs_name_and_rights(legal_role: dict[str, Any] | None, expected: tuple[str, str | None]) -> None:
    assert judged("legal_role", legal_role=legal_role) == expected


def test_a_note_on_sales_is_shown_but_names_nobody() -> None:
    found = criterion("sales_role", sales_role={"note": "Nicht dokumentiert.", "sources": ["a"]})
    assert (found.state, found.next_step) == ("unknown", "name_sales_role")
    assert [(part.field, part.value) for part in found.evidence] == [("sales_role.note", "Nicht dokumentiert.")]
    assert judged("sales_role", sales_role=ROLE) == ("met", None)
    assert judged("sales_role", sales_role={"org": org("=Amt")}) == ("partly", "add_source")


@pytest.mark.parametrize(
    ("operators", "expected"),
    [
        ([{**ROLE, "for_others": "yes"}], ("met", None)),
        ([{"org": org("=Amt"), "for_others": "yes"}], ("partly", "add_source")),
        ([{**ROLE, "for_others": "no"}, {**ROLE, "for_others": "yes"}], ("met", None)),
        ([{**ROLE, "for_others": "unknown"}], ("partly", "ask_operator")),
        ([{**ROLE, "for_others": "no"}], ("missing", "find_operator_for_others")),
        (None, ("unknown", "name_operator")),
    ],
)
def test_somebody_runs_it_for_others(operators: list[dict[str, Any]] | None, expected: tuple[str, str | None]) -> None:
    assert judged("operator", operator=operators) == expected


@pytest.mark.parametrize(
    ("maintainer", "expected"),
    [
        ({"type": "contract", "until": "2026-11-25", "sources": ["a"]}, ("met", None)),
        ({"type": "contract", "until": "2026-11", "sources": ["a"]}, ("met", None)),
        ({"type": "contract", "until": "2026", "sources": ["a"]}, ("met", None)),
        ({"type": "contract", "until": "2027"}, ("partly", "add_source")),
        ({"type": "contract", "until": "2026-11-24", "sources": ["a"]}, ("missing", "renew_upkeep")),
        ({"type": "community", "until": "unknown", "sources": ["a"]}, ("partly", "secure_funding")),
        ({"type": "none", "until": "unknown", "sources": ["a"]}, ("missing", "assign_upkeep")),
        ({"type": "unknown", "until": "2030"}, ("unknown", "clarify_upkeep")),
    ],
)
def test_upkeep_is_assigned_and_secured_for_later(maintainer: dict[str, Any], expected: tuple[str, str | None]) -> None:
    assert judged("upkeep", maintainer=maintainer) == expected


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        ([route("inhouse_municipal_it", "haus")], ("met", None)),
        ([route("inhouse_municipal_it", "haus", sources=[])], ("partly", "add_source")),
        ([route("inhouse_municipal_it", "firma")], ("partly", "record_provider")),
        ([route("inhouse_municipal_it", "=Haus")], ("partly", "record_provider")),
        ([route("inhouse_govdigital", "haus", status="planned")], ("partly", "ask_when_open_to_all")),
        ([route("inhouse_govdigital", "haus", status="unknown")], ("unknown", "ask_in_house_provider")),
        ([route("inhouse_govdigital", "haus", status="withdrawn")], ("missing", "find_in_house_provider")),
        ([route("tender", "haus")], ("unknown", "find_in_house_provider")),
        ([route("fit_store", "haus", status="withdrawn"), route("efa_marketplace", "haus")], ("met", None)),
    ],
)
def test_the_best_in_house_route_counts(routes: list[dict[str, Any]], expected: tuple[str, str | None]) -> None:
    assert judged("in_house_route", *routes) == expected


@pytest.mark.parametrize(
    ("dvc", "expected"),
    [
        ({"status": "listed", "sources": ["a"]}, ("met", None)),
        ({"status": "listed"}, ("partly", "add_source")),
        ({"status": "planned", "sources": ["a"]}, ("partly", "ask_about_listing")),
        ({"status": "no", "sources": ["a"]}, ("missing", "list_in_dvc")),
        ({"status": "unknown"}, ("unknown", "ask_about_listing")),
        (None, ("unknown", "ask_about_listing")),
    ],
)
def test_the_administration_cloud_lists_it(dvc: dict[str, Any] | None, expected: tuple[str, str | None]) -> None:
    assert judged("administration_cloud", dvc=dvc) == expected
