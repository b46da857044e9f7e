from dataclasses import replace
from datetime import UTC, datetime

from app.records.record import Record, Relation
from app.reuse.facets import NO_MERITS, ReuseFacets, merits_in
from tests.functional.reuse.content import network, records

NAMES = ("solution/stadtnavi", "https://a.example/r/1")


def facets(year: int = 2026) -> ReuseFacets:
    return ReuseFacets(
        lambda _origin: network(),
        lambda: datetime(year, 11, 25, tzinfo=UTC),
        lambda name: NAMES if name in NAMES else (),
        lambda: ("believed.example",),
    )


def of(kind: str, slug: str) -> Record:
    return records(kind)[slug]


def test_a_solution_can_be_filtered_by_the_criteria_it_meets() -> None:
    found = facets().values(of("solutions", "bad-belzig-smart-village-app-loesung"))
    assert found["produkt"] == ("open_standards", "upkeep")
    later = facets(2029).values(of("solutions", "bad-belzig-smart-village-app-loesung"))
    assert later["produkt"] == ("open_standards",), "what has run out is met no more"
    assert facets().values(of("organisations", "vitako")) == {}


def test_a_solution_can_be_filtered_by_a_way_without_a_purchase_that_is_open_to_somebody() -> None:
    assert facets().values(of("solutions", "hamburg-masterportal-loesung"))["weg"] == ("without_tender",)
    # It can be bought alone; the other runs on code that nobody has seen for years.
    for slug in ("digitale-doerfer-loesung", "consul-loesung"):
        assert "weg" not in facets().values(of("solutions", slug))
    assert "weg" not in facets().values(of("case-studies", "herrenberg-stadtnavi"))


def test_pages_ask_for_all_that_a_solution_meets_at_once() -> None:
    found = facets().values(of("solutions", "bad-belzig-smart-village-app-loesung"))["merkmale"]
    assert [merits_in(value) for value in found] == [{"open_standards", "upkeep"}]
    bare = replace(of("solutions", "bad-belzig-smart-village-app-loesung"), data={})
    assert facets().values(bare)["merkmale"] == (NO_MERITS,)
    assert merits_in(NO_MERITS) == frozenset()
    assert "merkmale" not in facets().keys
    assert "merkmale" not in facets().values(of("case-studies", "herrenberg-stadtnavi"))


def test_a_record_can_be_found_by_what_it_uses_and_not_by_what_is_merely_related() -> None:
    record = of("case-studies", "herrenberg-stadtnavi")
    used = facets().values(record)["nutzt"]
    assert "solution/herrenberg-stadtnavi-loesung" in used
    assert {one.target for one in record.relations if one.rel == "related"}.isdisjoint(used)
    assert facets().same("nutzt", NAMES[1]) == NAMES
    assert facets().same("nutzt", "solution/unbekannt") == facets().same("produkt", NAMES[0]) == ()


def test_a_record_can_be_found_by_the_question_it_names() -> None:
    record = of("case-studies", "herrenberg-stadtnavi")
    named = [
        Relation(rel="related", target=target)
        for target in ("question/wer-weiss", "concept/x", "https://b.example/r/1", "https://b.example/")
    ]
    answering = replace(record, relations=(*named, Relation(rel="part_of", target="question/andere")))
    assert facets().values(answering)["antwort"] == ("question/wer-weiss", "https://b.example/r/1")
    assert facets().values(replace(answering, origin="b.example"))["antwort"][0] == "question/wer-weiss@b.example"
    assert "antwort" not in facets().values(replace(answering, kind="question"))
    assert facets().same("antwort", NAMES[0]) == NAMES


def test_solutions_follow_their_providers() -> None:
    assert facets().affected_by({("organisation", ""), ("concept", "")}) == (("solution", None),)
    assert facets().affected_by({("organisation", "x.example"), ("organisation", "believed.example")}) == (
        ("solution", None),
    )
    assert facets().affected_by({("case-study", ""), ("solution", "believed.example")}) == ()
    # A node that was never believed moves its own solutions alone.
    changed = {("organisation", "y.example"), ("organisation", "x.example"), ("case-study", "")}
    assert facets().affected_by(changed) == (("solution", "x.example"), ("solution", "y.example"))
