"""A situation survives the way through an address, and wrong fields are named without breaking the rest."""

from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kickoff.situation import (
    PARAMETERS,
    SMALL_PLACES,
    ProblemCode,
    Situation,
    SituationChoices,
    from_parameters,
    to_parameters,
)
from app.records.schema import SchemaSet
from app.reuse.place import Place
from app.search.document import facet_keys
from app.shared.config import PROJECT_ROOT

SCHEMAS = SchemaSet.load(PROJECT_ROOT / "schemas")
CHOICES = SituationChoices.of(SCHEMAS, ("mobility", "safety"))

names = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=80)
places = st.builds(
    Place,
    name=st.none() | names,
    state=st.sampled_from(("", *CHOICES.states)),
    kind=st.sampled_from(("", *CHOICES.kinds)),
    population=st.none() | st.integers(0, 20_000_000),
    ars=st.none() | st.from_regex(r"[0-9]{5,12}", fullmatch=True),
    memberships=st.frozensets(st.sampled_from(("ekom21", "komm-one")), max_size=2),
).filter(lambda place: place != Place(state="", kind=""))
situations = st.builds(
    Situation,
    place=st.none() | places,
    size_class=st.sampled_from(("", *CHOICES.size_classes)),
    cooperation=st.sampled_from(("", *CHOICES.cooperations)),
    topic=st.sampled_from(("", *CHOICES.topics)),
    phase=st.sampled_from(("", *CHOICES.phases)),
    months=st.none() | st.integers(1, 240),
    budget=st.none() | st.integers(0, 10_000_000_000),
    staff=st.none() | st.integers(0, 40).map(lambda quarters: quarters / 4),
    open_source_only=st.booleans(),
    obtainable_only=st.booleans(),
    slider=st.integers(0, 10),
)


def read(*pairs: tuple[str, str]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = defaultdict(list)
    for name, value in pairs:
        values[name].append(value)
    return values


@settings(max_examples=40)
@given(situations)
def test_reads_back_what_it_wrote(situation: Situation) -> None:
    assert from_parameters(read(*to_parameters(situation)), CHOICES) == (situation, ())


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from(PARAMETERS), st.lists(st.text(max_size=120), max_size=3)))
def test_any_input_gives_a_situation_and_writes_back_cleanly(parameters: dict[str, list[str]]) -> None:
    situation = from_parameters(parameters, CHOICES)[0]
    assert from_parameters(read(*to_parameters(situation)), CHOICES) == (situation, ())


def test_parameters_collide_with_no_facet_of_the_search() -> None:
    assert not set(PARAMETERS) & set(facet_keys(SCHEMAS))


def test_the_empty_situation_needs_no_parameters() -> None:
    assert Situation().is_empty
    assert to_parameters(Situation()) == ()
    assert Situation(slider=9).is_empty
    assert not SMALL_PLACES.is_empty


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        *(("90000", 90_000), ("90.000", 90_000), ("90 000", 90_000), ("90\u202f000", 90_000), ("90,000", 90_000)),
        *(("0", 0), ("", None)),
    ],
)
def test_reads_numbers_as_people_write_them(written: str, read_as: int | None) -> None:
    place = Place(state="HE", kind="", population=read_as)
    assert from_parameters({"ort_land": ["HE"], "einwohner": [written]}, CHOICES) == (Situation(place=place), ())


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("einwohner", "viele", ProblemCode.NOT_A_NUMBER), ("einwohner", "-5", ProblemCode.NOT_A_NUMBER),
        ("monate", "1,5", ProblemCode.NOT_A_NUMBER), ("monate", "0", ProblemCode.OUT_OF_RANGE),
        ("naehe", "11", ProblemCode.OUT_OF_RANGE), ("ort_land", "XX", ProblemCode.UNKNOWN_VALUE),
        ("feld", "astrology", ProblemCode.UNKNOWN_VALUE), ("ars", "12 34", ProblemCode.UNKNOWN_VALUE),
        ("ort", "x" * 81, ProblemCode.TOO_LONG),
    ],
)  # fmt: skip
def test_names_the_wrong_field_and_keeps_the_others(field: str, value: str, code: ProblemCode) -> None:
    situation, problems = from_parameters({"stand": ["idea"], field: [value]}, CHOICES)
    assert [(problem.field, problem.code) for problem in problems] == [(field, code)]
    assert situation == Situation(phase="idea")


def test_the_population_decides_the_size_class_before_the_chosen_one() -> None:
    assert Situation(place=Place(state="", kind="", population=90_000), size_class="lt5k").own_size_class == "50-100k"
    assert SMALL_PLACES.own_size_class == "lt5k"
    assert Situation().own_size_class == ""
