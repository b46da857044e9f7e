from __future__ import annotations

from app.search.derived import DerivedFacets, narrowed, widened
from app.search.query import Facet, FacetValue, SearchQuery, SearchResult

NAVI, ELSEWHERE = ("solution/navi", "https://a.example/r/1"), ("solution/app", "https://b.example/r/2")


class Uses(DerivedFacets):
    """A facet whose values have two names."""

    keys = ("nutzt",)

    def same(self, key: str, value: str) -> tuple[str, ...]:
        return next((names for names in (NAVI, ELSEWHERE) if key == "nutzt" and value in names), ())


def result(*values: tuple[str, int]) -> SearchResult:
    found = tuple(FacetValue(value=value, count=count, selected=False) for value, count in values)
    return SearchResult(total=3, hits=(), facets=(Facet(key="nutzt", values=found),))


def counts(found: SearchResult) -> dict[str, tuple[int, bool]]:
    return {value.value: (value.count, value.selected) for facet in found.facets for value in facet.values}


def test_a_question_for_one_name_accepts_both_and_other_facets_stay() -> None:
    query = SearchQuery(text="Bus", filters={"nutzt": (NAVI[1], "solution/x"), "land": ("HE",)}, page=2)
    asked = widened(query, Uses())
    assert set(asked.filters["nutzt"]) == {*NAVI, "solution/x"}
    assert (asked.filters["land"], asked.text, asked.page) == (("HE",), "Bus", 2)


def test_the_name_that_was_asked_for_is_the_one_shown() -> None:
    found = narrowed(result((NAVI[0], 2), (NAVI[1], 1)), {"nutzt": (NAVI[1],)}, Uses())
    assert counts(found) == {NAVI[1]: (3, True)}


def test_what_was_not_asked_for_is_shown_under_its_name_here() -> None:
    found = narrowed(result((NAVI[0], 2), (ELSEWHERE[1], 1)), {"nutzt": (NAVI[0],)}, Uses())
    assert counts(found) == {NAVI[0]: (2, True), ELSEWHERE[0]: (1, False)}


def test_facets_nobody_narrowed_by_are_left_as_they_are() -> None:
    found = result((NAVI[0], 2), (NAVI[1], 1))
    assert narrowed(found, {"land": ("HE",)}, Uses()) == found
