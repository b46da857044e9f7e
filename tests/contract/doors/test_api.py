"""The interface for machines keeps its word: shapes, addresses, errors."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from app.web.doors.parameters import MAX_CHANGE, MAX_PAGE, MAX_QUERY, MAX_SIZE
from app.wiring import Services

API = "/api/v1"
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def read(client: FlaskClient, address: str) -> Any:
    """Return the JSON at an address."""
    return client.get(address).json


@pytest.fixture
def description(client: FlaskClient) -> dict[str, Any]:
    answer: dict[str, Any] = read(client, f"{API}/openapi.json")
    return answer


def conforms(description: dict[str, Any], name: str, value: object) -> list[str]:
    """Return what in `value` breaks the schema `name` of the OpenAPI document."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": description["components"]}
    return [f"{error.instance_path}: {error.message}" for error in Draft202012Validator(schema).iter_errors(value)]


def test_the_description_is_valid_openapi_and_names_the_limits_that_hold(description: dict[str, Any]) -> None:
    from openapi_spec_validator import validate  # noqa: PLC0415 - each process of a run would load it

    validate(description)
    named = {
        parameter["name"]: parameter["schema"].get("maximum") or parameter["schema"].get("maxLength")
        for path in ("/records", "/search")
        for parameter in description["paths"][path]["get"]["parameters"]
    }
    held = {"page": MAX_PAGE, "size": MAX_SIZE, "before": MAX_CHANGE, "q": MAX_QUERY}
    assert {name: named[name] for name in held} == held


def test_the_description_names_every_route(client: FlaskClient, description: dict[str, Any]) -> None:
    rules = {rule.rule for rule in client.application.url_map.iter_rules() if rule.rule.startswith(API)}
    described = {API + path for path in description["paths"]}
    as_template = {rule.replace("<record_id>", "{id}").replace("<int(max=1000000):ver>", "{version}") for rule in rules}
    assert as_template == described


def test_records_are_listed_with_a_total_and_walked_by_next(client: FlaskClient, description: dict[str, Any]) -> None:
    seen: list[str] = []
    address: str | None = f"{API}/records?size=17"
    while address:
        answer = read(client, address.removeprefix("https://node.example"))
        assert conforms(description, "RecordList", answer) == []
        seen += [record["id"] for record in answer["records"]]
        address = answer["next"]
    assert len(seen) == len(set(seen)) == answer["total"] > 30


def test_a_walk_by_next_tells_each_record_once_whatever_is_published(client: FlaskClient, node: Services) -> None:
    first = read(client, f"{API}/records?size=15")
    before = [record["id"] for record in first["records"]]
    last = node.catalogue.own.newest(node.schemas.listed, 1, skip=30)[0]
    path = node.content.path_of(last.kind, last.slug) + "/index.md"
    text = node.catalogue.file(last, "index.md").replace(b'summary: "', b'summary: "Neu: ', 1)
    node.repository.write({path: text}, message="Edit", expected_head=node.repository.head(), author="u-1")
    node.follow()
    second = read(client, first["next"].removeprefix("https://node.example"))
    assert not {record["id"] for record in second["records"]} & set(before)
    counted = read(client, f"{API}/records?size=15&page=2")
    assert counted["records"][0]["id"] == before[-1], "by number the list has moved on"
    assert (second["page"], counted["page"]) == (2, 2)


@pytest.mark.parametrize("before", ["1", "2147483647"])
def test_a_place_that_nobody_named_gives_what_lies_below_it(client: FlaskClient, before: str) -> None:
    answer = read(client, f"{API}/records?before={before}&page=77&size=5")
    assert (len(answer["records"]), answer["left_out"]) == (0 if before == "1" else 5, 0)


@pytest.mark.parametrize("before", ["0", "-1", "x", "²", "99999999999", "1e3", ""])
def test_a_place_that_is_none_is_refused(client: FlaskClient, before: str) -> None:
    assert client.get(f"{API}/records", query_string={"before": before}).status_code == 422


def test_lists_and_hits_carry_the_five_lines_as_codes_and_numbers(client: FlaskClient) -> None:
    answers = [read(client, f"{API}/records?kind=case-study&size=100&page={page}") for page in (1, 2)]
    cases = [record for answer in answers for record in answer["records"]]
    assert {record["kind"] for record in cases} == {"case-study"}
    assert answers[0]["total"] == len(cases)
    assert all(case["five_lines"]["outcome"] and case["five_lines"]["duration"]["start"] for case in cases)
    assert any(case["five_lines"]["duration"]["months"] for case in cases)
    assert any(case["five_lines"]["cost"]["once"] for case in cases)
    hit = read(client, f"{API}/search?q=Starkregen")["hits"][0]
    assert hit["five_lines"]["size"]["kind"]


def test_a_record_comes_whole_and_its_version_address_says_the_same(
    client: FlaskClient, description: dict[str, Any], node: Services
) -> None:
    entry = node.catalogue.head_by_slug("case-study", "nottuln-dorffunk-ende")
    answer = read(client, f"{API}/records/{entry.id}")
    assert conforms(description, "Record", answer) == []
    assert answer["record"]["outcome"] == "stopped"
    assert {section["id"] for section in answer["sections"]} >= {"problem", "approach", "results"}
    assert answer.pop("plans") == [], "only what is said now"
    assert read(client, f"{API}/records/{entry.id}/versions/1") == answer
    history = read(client, f"{API}/records/{entry.id}/versions")
    assert conforms(description, "VersionList", history) == []
    assert [version["digest"] for version in history["versions"]] == [answer["digest"]]


def test_every_record_conforms(client: FlaskClient, description: dict[str, Any]) -> None:
    # Of each kind some: all of one kind come from one schema.
    for record in read(client, f"{API}/records?size=100")["records"][::3]:
        assert conforms(description, "Record", read(client, f"{API}/records/{record['id']}")) == []


def test_search_answers_with_hits_facets_reasons_and_lessons(client: FlaskClient, description: dict[str, Any]) -> None:
    answer = read(client, f"{API}/search?q=Starkregen&size=3")
    assert conforms(description, "SearchResult", answer) == []
    first = answer["hits"][0]
    assert first["slug"] == "fulda-starkregenfruehalarm"
    assert first["reasons"]
    assert first["lessons"]
    assert first["lessons"][0]["url"].startswith(f"{first['url']}#lehre-")
    assert len(answer["hits"]) <= 3 <= answer["total"]


def test_a_filter_of_the_search_page_works_here_too(client: FlaskClient) -> None:
    answer = read(client, f"{API}/search?q=Bus&ergebnis=stopped")
    assert answer["hits"]
    assert {"case-study"} == {hit["kind"] for hit in answer["hits"]}
    outcome = next(facet for facet in answer["facets"] if facet["key"] == "ergebnis")
    assert any(value["value"] == "stopped" and value["selected"] for value in outcome["values"])


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (f"{API}/records/{UNKNOWN}", 404), (f"{API}/records/nonsense", 404),
        (f"{API}/records/{UNKNOWN}/versions", 404), (f"{API}/records/{UNKNOWN}/versions/1", 404),
        (f"{API}/records/{UNKNOWN}/versions/99999999999999999999999", 404), (f"{API}/nothing", 404),
        (f"{API}/records?size=0", 422), (f"{API}/records?size=101", 422), (f"{API}/records?kind=recipe", 422),
        (f"{API}/search?q={'x' * 500}", 422), (f"{API}/search?sort=colour&page=-1", 422),
        (f"{API}/search?qq=Bus", 422),
    ],
)  # fmt: skip
def test_errors_have_one_shape(client: FlaskClient, description: dict[str, Any], address: str, status: int) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    problem: Any = answer.json
    assert conforms(description, "Problem", problem) == []
    assert problem["status"] == status


def test_all_wrong_parameters_are_named_with_what_is_accepted(client: FlaskClient) -> None:
    errors = read(client, f"{API}/search?sort=colour&page=-1&lang=fr")["errors"]
    assert {error["parameter"] for error in errors} == {"sort", "page", "lang"}
    assert next(error for error in errors if error["parameter"] == "lang")["accepted"] == "de, en"


def test_other_methods_are_refused_in_the_same_shape(client: FlaskClient, description: dict[str, Any]) -> None:
    answer = client.post(f"{API}/records")
    assert answer.status_code == 405
    assert conforms(description, "Problem", answer.json) == []


def test_a_withdrawn_record_is_gone_and_listed_nowhere(
    client: FlaskClient, description: dict[str, Any], withdrawn_id: str
) -> None:
    answer = client.get(f"{API}/records/{withdrawn_id}")
    assert answer.status_code == 410
    assert conforms(description, "Problem", answer.json) == []
    assert withdrawn_id not in client.get(f"{API}/records?size=100").text
    assert withdrawn_id not in client.get(f"{API}/search?q=openCode&size=100").text


def test_unchanged_answers_are_not_sent_again(client: FlaskClient) -> None:
    first = client.get(f"{API}/records")
    assert client.get(f"{API}/records", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_other_sites_may_read_but_errors_leak_nothing(client: FlaskClient) -> None:
    assert client.get(f"{API}/records").headers["Access-Control-Allow-Origin"] == "*"
    assert "Traceback" not in client.get(f"{API}/records/%00").text


@given(query=st.text(max_size=60), page=st.text(max_size=4))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_question_breaks_the_search(client: FlaskClient, query: str, page: str) -> None:
    answer = client.get(f"{API}/search", query_string={"q": query, "page": page})
    assert answer.status_code in {200, 422}
