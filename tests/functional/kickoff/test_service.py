"""The search at the start of a project, on the published content."""

from collections import Counter
from dataclasses import replace
from itertools import chain, count, takewhile

import pytest

from app.kickoff.offers import Openness
from app.kickoff.ranking import fit_of
from app.kickoff.service import KickoffService, known_open_of
from app.kickoff.situation import Situation
from app.records.record import Record
from app.reuse.obtaining.answer import Verdict
from app.reuse.place import Place
from app.search.query import ReasonCode, SearchHit, SearchQuery, SearchResult, Sort
from app.wiring import Services

DISTRICT = Place(name="Musterkreis", state="HE", kind="district", population=90_000)
ASKER = Situation(place=DISTRICT, phase="idea", months=12)
PARTS = ("data-platforms", "energy-climate", "mobility", "participation", "safety")
"""Fields of action that together have solutions of every openness and for everybody as well as for few."""
QUESTIONS = ("", "Rufbus", "Datenplattform", "Wie warnen wir vor Starkregen?", "App für das Dorf", "Beteiligung")


def record_of(services: Services, hit: SearchHit) -> Record:
    return services.catalogue.record(services.catalogue.head(hit.id, hit.origin))


def refs(hits: tuple[SearchHit, ...]) -> list[str]:
    return [f"{one.kind}/{one.slug}" for one in hits]


def plain(services: Services, query: SearchQuery) -> list[str]:
    return [f"{hit.kind}/{hit.slug}" for hit in services.search.search(query).hits]


def with_window(services: Services, window: int) -> KickoffService:
    search, lessons = services.search, services.kickoff.goal_lessons
    phases = ("idea", "concept")
    return KickoffService(search, services.catalogue, services.reuse, phases, goal_lessons=lessons, window=window)


def in_order(services: Services) -> list[str]:
    """Return all records in the order of the search."""
    pages = (plain(services, SearchQuery(size=100, page=number)) for number in count(1))
    return list(chain.from_iterable(takewhile(bool, pages)))


def part(services: Services, topic: str, situation: Situation) -> SearchResult:
    """Return all hits of one field of action, few enough to be held against a limit one by one."""
    found = services.kickoff.search(SearchQuery(size=100, filters={"thema": (topic,)}), situation)
    assert found.unexamined == 0
    return found


@pytest.mark.parametrize("situation", [Situation(), Situation(slider=10), replace(ASKER, slider=0)])
@pytest.mark.parametrize("page", [1, 2])
def test_nothing_said_or_slider_zero_is_the_plain_search(seeded: Services, situation: Situation, page: int) -> None:
    query = SearchQuery(text="Rufbus", page=page)
    assert refs(seeded.kickoff.search(query, situation).hits) == plain(seeded, query)
    by_title = SearchQuery(text="Datenplattform", sort=Sort.TITLE)
    assert refs(seeded.kickoff.search(by_title, ASKER).hits) == plain(seeded, by_title), "no order but relevance"


@pytest.mark.parametrize("size", [7, 30])
def test_pages_go_on_beyond_the_hits_that_are_ranked_anew(seeded: Services, size: int) -> None:
    kickoff, asked = with_window(seeded, 20), SearchQuery(size=size)
    total = kickoff.search(asked, ASKER).total
    pages = [kickoff.search(replace(asked, page=page), ASKER) for page in range(1, -(-total // size) + 1)]
    shown = [ref for page in pages for ref in refs(page.hits)]
    assert len(shown) == len(set(shown)) == total
    ranked_anew = 20 // size * size
    assert shown[ranked_anew:] == in_order(seeded)[ranked_anew:]


def test_says_how_many_hits_were_checked_against_a_limit(seeded: Services) -> None:
    found = with_window(seeded, 40).search(SearchQuery(size=10), Situation(open_source_only=True))
    all_of_them = len(in_order(seeded))
    assert found.examined == 80
    assert found.unexamined == all_of_them - 80
    assert found.total == all_of_them - found.left_out


def test_pages_within_a_limit_go_on_until_all_hits_were_looked_at(seeded: Services) -> None:
    kickoff, limits = with_window(seeded, 40), Situation(open_source_only=True, slider=0)
    last = -(-len(in_order(seeded)) // 10)
    pages = [kickoff.search(SearchQuery(size=10, page=number), limits) for number in range(1, last + 1)]
    whole = with_window(seeded, 100).search(SearchQuery(size=100, page=3), limits)
    shown = [ref for page in pages for ref in refs(page.hits)]
    assert whole.unexamined == pages[-1].unexamined == 0
    assert len(shown) == len(set(shown)) == whole.total == pages[-1].total
    assert set(shown) < set(in_order(seeded))


def test_no_more_is_checked_than_any_page_may_cost(seeded: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.kickoff.service.MAX_WINDOWS", 3)
    found = with_window(seeded, 20).search(SearchQuery(size=10, page=15), Situation(open_source_only=True))
    assert (found.examined, found.hits) == (60, ())
    assert found.total == 60 - found.left_out


def test_within_a_limit_hits_that_lack_a_word_come_last(seeded: Services) -> None:
    asked = SearchQuery(text="App für das Dorf", size=100)
    found = seeded.kickoff.search(asked, Situation(open_source_only=True)).hits
    lacking = [any(reason.code == ReasonCode.WORD_MISSING for reason in hit.reasons) for hit in found]
    assert {True, False} == set(lacking)
    assert lacking == sorted(lacking)


def test_counts_the_hits_that_are_known_to_be_open_source(seeded: Services) -> None:
    asked = SearchQuery(text="Datenplattform", size=100)
    found = seeded.kickoff.search(asked, Situation(open_source_only=True))
    is_open = [hit for hit in found.hits if fit_of(hit).openness is Openness.OPEN]
    known = known_open_of(found)
    assert known is not None
    assert known.number == len(is_open) > 0
    assert known.among == found.total
    first = seeded.kickoff.search(replace(asked, size=3), Situation(open_source_only=True))
    assert first.known_open == known
    assert seeded.kickoff.search(asked, ASKER).known_open is None


def test_shows_those_alone_that_are_known_to_be_open_with_their_own_counts(seeded: Services) -> None:
    asked, limit = SearchQuery(text="Datenplattform", size=100), Situation(open_source_only=True)
    every = seeded.kickoff.search(asked, limit)
    found = seeded.kickoff.search(asked, limit, proven=True)
    assert refs(found.hits) == refs(tuple(hit for hit in every.hits if fit_of(hit).openness is Openness.OPEN))
    assert found.total == len(found.hits)
    assert found.known_open == every.known_open
    kinds = next(facet for facet in found.facets if facet.key == "art")
    assert {one.value: one.count for one in kinds.values} == Counter(hit.kind for hit in found.hits)
    assert seeded.kickoff.search(asked, ASKER, proven=True).total > found.total, "it belongs to the limit"


def test_an_open_hit_that_lacks_a_word_does_not_fit(seeded: Services) -> None:
    found = seeded.kickoff.search(SearchQuery(text="Warnung vor Starkregen"), Situation(open_source_only=True))
    known = known_open_of(found)
    assert known is not None
    assert known.number > known.fitting == 0


def test_a_like_place_moves_up_only_among_hits_that_fit_equally_well(seeded: Services) -> None:
    village = Situation(place=Place(state="NW", kind="village", population=2_000), slider=10)
    for text in QUESTIONS:
        scores = [one.score for one in seeded.kickoff.search(SearchQuery(text=text, size=100), village).hits]
        assert scores == sorted(scores, reverse=True), text
    everything = SearchQuery(filters={"art": ("case-study",)}, size=100)
    before, after = plain(seeded, everything), refs(seeded.kickoff.search(everything, village).hits)
    like = "case-study/etteln-digitaler-dorfzwilling"
    assert after.index(like) < before.index(like)


def test_the_topic_narrows_the_search(seeded: Services) -> None:
    found = seeded.kickoff.search(SearchQuery(size=50), Situation(topic="mobility"))
    assert 0 < found.total < len(seeded.catalogue.heads())
    assert all("mobility" in record_of(seeded, one).topics for one in found.hits)


@pytest.mark.parametrize("topic", PARTS)
def test_open_source_only_leaves_out_what_is_known_to_be_closed_and_nothing_else(seeded: Services, topic: str) -> None:
    whole = part(seeded, topic, Situation(slider=0))
    limited = part(seeded, topic, Situation(open_source_only=True, slider=0))
    closed = {
        f"{one.kind}/{one.slug}"
        for one in whole.hits
        if one.kind == "solution" and record_of(seeded, one).data.get("openness") in ("source_available", "proprietary")
    }
    assert topic != "energy-climate" or "solution/dial4light-loesung" in closed
    assert refs(limited.hits) == [ref for ref in refs(whole.hits) if ref not in closed]
    assert limited.left_out == len(closed)
    assert limited.total == whole.total - len(closed)


@pytest.mark.parametrize(
    ("topic", "record", "openness"),
    [
        ("mobility", "case-study/herrenberg-stadtnavi", Openness.OPEN),
        ("safety", "solution/firemon112-loesung", Openness.CLAIMED),
        ("safety", "case-study/fulda-starkregenfruehalarm", Openness.UNKNOWN),
        ("organisation-strategy", "concept/leadership-und-ziele", None),
    ],
)
def test_openness_of_a_case_comes_from_the_solutions_it_used_and_unknown_is_shown(
    seeded: Services, topic: str, record: str, openness: Openness | None
) -> None:
    found = part(seeded, topic, Situation(open_source_only=True))
    fit = fit_of(found.hits[refs(found.hits).index(record)])
    assert fit.openness is openness
    if record == "case-study/herrenberg-stadtnavi":
        assert [offer.ref for offer in fit.offers] == ["solution/herrenberg-stadtnavi-loesung"]


@pytest.mark.parametrize("topic", PARTS)
def test_obtainable_only_leaves_out_nothing_but_a_known_no(seeded: Services, topic: str) -> None:
    limited = refs(part(seeded, topic, Situation(place=DISTRICT, obtainable_only=True, slider=0)).hits)
    for one in part(seeded, topic, Situation(slider=0)).hits:
        known_no = False
        if one.kind == "solution":
            answer = seeded.reuse.obtainable(DISTRICT, seeded.catalogue.head(one.id, one.origin))
            known_no = answer.verdict is Verdict.NO and bool(answer.chains)
        assert (f"{one.kind}/{one.slug}" in limited) != known_no
