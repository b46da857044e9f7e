from __future__ import annotations

from app.reuse.facets import taking_part
from tests.unit.reuse.examples import at_node, by_global_name, global_name, org, organisation, route, solution


def test_each_organisation_is_told_with_everything_that_it_does() -> None:
    record = solution(
        route(provider="verbund"),
        product_owner=org("verbund"),
        operator=[{"org": org("rechenzentrum"), "for_others": "yes"}],
    )
    assert taking_part(record) == {
        "organisation/verbund": ("product_owner", "reuse_routes"),
        "organisation/rechenzentrum": ("operator",),
    }


def test_who_is_known_by_name_only_has_no_page_to_show_it() -> None:
    assert not taking_part(solution(route(provider="=Verbund")))


def test_a_node_names_its_own_organisations_and_those_of_others_globally() -> None:
    elsewhere = at_node("b.example", organisation("verbund"))
    record = at_node("a.example", solution(route(provider="verbund"), product_owner=by_global_name(elsewhere)))
    assert set(taking_part(record)) == {"organisation/verbund@a.example", global_name(elsewhere)}
