"""Each municipality counts once, by its newest word, on whichever node it stands."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from app.identity import NamedPlace
from app.review.responses.index import count, counted
from app.review.responses.response import Response, ResponseCount, ResponseKind
from app.shared.official_key import shortest

START = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = ("06534014", "065340014014", "09575153", None)


def said(
    origin: str = "",
    *,
    name: str = "Neustadt",
    state: str = "HE",
    ars: str | None = "06534014",
    minute: int = 0,
    relation: ResponseKind = ResponseKind.REUSES,
    lesson: str | None = None,
) -> Response:
    return Response(
        record_id=f"{origin}-{name}-{minute}",
        origin=origin,
        slug="x",
        relation=relation,
        place=NamedPlace(name=name, state=state, ars=ars),
        lesson=lesson,
        since=None,
        adapted="",
        note="",
        at=START + timedelta(minutes=minute),
        version="sha256:0",
    )


RESPONSES = st.lists(
    st.builds(
        said,
        st.sampled_from(["", "b.example", "c.example"]),
        name=st.sampled_from(["Neustadt", "neustadt ", "Anderstadt"]),
        state=st.sampled_from(["HE", "BY"]),
        ars=st.sampled_from(KEYS),
        minute=st.integers(0, 50),
        relation=st.sampled_from(ResponseKind),
        lesson=st.sampled_from([None, "eins"]),
    ),
    max_size=12,
    unique_by=lambda one: (one.record_id, one.place.state, one.place.ars, one.lesson),
)


@settings(max_examples=40)
@given(found=RESPONSES, seed=st.integers())
def test_order_of_arrival_makes_no_difference(found: list[Response], seed: int) -> None:
    mixed = list(found)
    Random(seed).shuffle(mixed)
    unique = {one.at for one in found}
    if len(unique) == len(found):
        assert counted(found) == counted(mixed)


@settings(max_examples=40)
@given(found=RESPONSES)
def test_no_key_counts_twice_and_the_newest_word_counts(found: list[Response]) -> None:
    result = counted(found)
    voices = [(one.lesson, shortest(one.place.ars)) for one in result if one.counts and one.place.ars]
    assert len(set(voices)) == len(voices)
    for one in result:
        if one.place.ars and not one.counts:
            same = [
                other for other in result
                if other.counts and other.lesson == one.lesson and other.at >= one.at
            ]  # fmt: skip
            assert same
    counts = [count(lesson, result) for lesson in (None, "eins")]
    total = sum(one.reuses + one.confirms + one.contradicts + len(one.plans) for one in counts)
    planned_lessons = [one for one in result if one.lesson and one.relation is ResponseKind.PLANS]
    assert total == sum(one.counts for one in result if one not in planned_lessons)


def test_the_newest_of_two_nodes_counts() -> None:
    old, new = said("b.example", minute=1), said("", minute=2, relation=ResponseKind.CONTRADICTS)
    assert [(one.origin, one.counts) for one in counted([old, new])] == [("", True), ("b.example", False)]
    assert count(None, counted([old, new])) == ResponseCount(lesson=None, contradicts=1)


def test_at_the_same_moment_the_own_word_counts() -> None:
    assert [(one.origin, one.counts) for one in counted([said("b.example"), said("")])] == [
        ("", True),
        ("b.example", False),
    ]


def test_namesakes_with_keys_are_two_and_one_without_is_its_namesake_in_the_state() -> None:
    found = [said(), said("b.example", ars="09575153", state="BY"), said("c.example", ars=None, minute=3)]
    assert count(None, counted(found)).reuses == 2
    assert count(None, counted(found)).elsewhere == (("c.example", 1), ("b.example", 1))
    assert count(None, counted([said(ars=None), said("b.example", ars=None, state="BY")])).reuses == 2
