"""No removed fact raises an answer, and nothing unknown becomes a yes: in any world, however odd."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import islice, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.records.record import Record
from app.reuse.network import Network
from app.reuse.obtaining.answer import Answer, StepState, Verdict
from app.reuse.obtaining.deciding import obtainable
from app.reuse.place import Place
from tests.unit.reuse.examples import doubted, member, membership, org, organisation, route, smaller, solution

SLUGS = ("haus", "nachbar", "govdigital-marktplatz", "fitko")
NAMES = (*SLUGS, "=Verbund", "=Stadt Köln")
TYPES = ("municipal_it", "municipal_it", "cooperative", "association")
ROUTES = (
    "self_host_oss", "inhouse_municipal_it", "inhouse_govdigital", "efa_marketplace", "fit_store", "dvc_portal",
    "public_cooperation", "tender", "direct_award",
)  # fmt: skip
STATUS = (*["available"] * 8, "pilot", "planned", "withdrawn", "unknown")
STATES = ("HE", "BW", "DE")
KINDS = ("independent_city", "town")
HUB = "govdigital-marktplatz"
OLD_CODE = {"url": "https://code.example/", "sources": ["old"]}
KEPT = {"type": "community", "org": org("=Verbund"), "until": "unknown", "sources": ["b"]}
CODE = {"url": "https://code.example/", "sources": ["b", "old"]}
LISTED = {"status": "listed", "as_of": "2025", "sources": ["b"]}
PROVIDERS = ("nachbar", "haus", "=Verbund")
FLAWS = (
    "unsourced", "undated", "provider_elsewhere", "hub_elsewhere", "no_carrier", "left_out", "demanding",
)  # fmt: skip
STATED = tuple(map(frozenset, (["haus"], ["nachbar"], ["haus", "nachbar"], [HUB], ["name-verbund"])))

TODAY = date(2026, 11, 27)

few = settings(max_examples=25)


@dataclass(frozen=True)
class World:
    place: Place
    solution: Record
    organisations: tuple[Record, ...]

    def answer(self) -> Answer:
        return obtainable(self.place, self.solution, Network.from_records(self.organisations), TODAY)

    def smaller(self) -> Iterator[World]:
        """Yield the world without each of its facts in turn."""
        for stated in self.place.memberships:
            yield replace(self, place=replace(self.place, memberships=self.place.memberships - {stated}))
        if self.place.population is not None:
            yield replace(self, place=replace(self.place, population=None))
        for record in smaller(self.solution):
            yield replace(self, solution=record)
        for index, organisation_ in enumerate(self.organisations):
            others = (self.organisations[:index], self.organisations[index + 1 :])
            yield replace(self, organisations=(*others[0], *others[1]))
            for record in smaller(organisation_):
                yield replace(self, organisations=(*others[0], record, *others[1]))

    def doubted(self) -> Iterator[World]:
        """Yield the world with each of its statements in turn become unknown."""
        for record in doubted(self.solution):
            yield replace(self, solution=record)
        for index, organisation_ in enumerate(self.organisations):
            for record in doubted(organisation_):
                before, after = self.organisations[:index], self.organisations[index + 1 :]
                yield replace(self, organisations=(*before, record, *after))


# Each is made once, because hypothesis looks through a new one for as long as it draws from it.
# Most facts are sound, or else hardly any chain of several links would ever hold and could break.
sources = st.sampled_from((["a"], ["b"], ["a", "old"], ["a"], ["old"], []))
dates = st.sampled_from(("2019-12-12", "2025", "2025-03", "2025", "unknown"))


@cache
def some(values: tuple[str, ...], **size: Any) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), unique=True, **size)


def without_empty(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(fields).map(lambda found: {key: value for key, value in found.items() if value})


@cache
@st.composite
def eligible(draw: st.DrawFn) -> dict[str, Any]:
    lists = {
        "states": some(STATES, max_size=1), "kinds": some(KINDS, max_size=1), "membership": some(SLUGS, max_size=1),
    }  # fmt: skip
    narrowed = draw(st.one_of(st.just({}), st.just({}), without_empty(**lists)))
    return {**narrowed, "note": "Siehe dort."}


@cache
@st.composite
def organisations(draw: st.DrawFn, slug: str) -> Record:
    joined = [membership(name, as_of=draw(dates), sources=draw(sources)) for name in draw(some(SLUGS, max_size=3))]
    listed = [member(name, as_of=draw(dates), sources=draw(sources)) for name in draw(some(NAMES, max_size=3))]
    return organisation(
        slug,
        org_type=draw(st.sampled_from(TYPES)),
        memberships=joined,
        members=listed,
        states=draw(some(STATES, max_size=1)),
        eligible={**draw(eligible()), "sources": draw(sources)},
    )


@cache
@st.composite
def routes(draw: st.DrawFn) -> dict[str, Any]:
    return route(
        draw(st.sampled_from(ROUTES)),
        draw(st.sampled_from((*SLUGS, "=Verbund"))),
        eligible=draw(eligible()),
        status=draw(st.sampled_from(STATUS)),
        sources=draw(sources),
        **draw(without_empty(listing_url=st.sampled_from((None, "https://liste.example/")))),
    )


@cache
@st.composite
def solutions(draw: st.DrawFn) -> Record:
    return solution(
        *draw(st.lists(routes(), min_size=1, max_size=2)),
        openness=draw(st.sampled_from(("open_source", "open_source", "open_core", "unknown"))),
        software_license=draw(st.sampled_from(("MIT", "unknown", None))),
        repository=draw(st.sampled_from((None, CODE, OLD_CODE, {"note": "Dort"}))),
        maintainer=draw(st.sampled_from((KEPT, {**KEPT, "until": "2026-10"}, {"type": "unknown", "until": "unknown"}))),
        dvc=draw(st.sampled_from((None, LISTED))),
        product_owner=draw(st.sampled_from((None, org("haus")))),
    )


@cache
@st.composite
def places(draw: st.DrawFn) -> Place:
    kind = draw(st.sampled_from((*KINDS, "")))
    # That an independent city is large is known without a number; one that says otherwise takes a fact away.
    numbers = (None, 20_000) if kind == "independent_city" else (None, 1_200, 20_000)
    return Place(
        state=draw(st.sampled_from(("HE", "BW", ""))),
        kind=kind,
        name=draw(st.sampled_from((None, "Köln", "Musterstadt"))),
        population=draw(st.sampled_from(numbers)),
        memberships=frozenset(draw(some((*SLUGS, "name-verbund"), max_size=2))),
    )


@cache
@st.composite
def odd_worlds(draw: st.DrawFn) -> World:
    """Anything goes; long chains seldom hold here."""
    known = draw(st.one_of(st.just(SLUGS), some(SLUGS, min_size=2)))
    return World(
        place=draw(places()),
        solution=draw(solutions()),
        organisations=tuple(draw(organisations(slug)) for slug in known),
    )


def nearly_sound_world(code: str, provider: str, stated: frozenset[str], flaws: Collection[str]) -> World:
    """Every link of a chain holds, but for the flaws: here it shows what a lost fact may open by mistake."""
    elsewhere = {"eligible": {"states": ["BW"], "sources": ["a"]}}
    sources, as_of = [] if "unsourced" in flaws else ["a"], "unknown" if "undated" in flaws else "2025"
    in_hub = [membership(HUB, sources=sources, as_of=as_of)]
    seller = elsewhere if "provider_elsewhere" in flaws else {}
    hub = elsewhere if "hub_elsewhere" in flaws else {}
    carrier = "association" if "no_carrier" in flaws else "municipal_it"
    leaving_out = {"states": ["BW"]} if "left_out" in flaws else {"states": ["HE"]}
    demanding = {"membership": [HUB]} if "demanding" in flaws else {}
    way = route(code, provider, eligible={**leaving_out, **demanding})
    return World(
        place=Place(state="HE", kind="town", population=20_000, memberships=stated),
        solution=solution(way, openness="open_source", software_license="MIT", repository=CODE, dvc=LISTED),
        organisations=(
            organisation("haus", org_type=carrier, memberships=in_hub, **seller),
            organisation("nachbar", memberships=[membership(HUB)], **seller),
            organisation(HUB, org_type="cooperative", members=[member("haus"), member("nachbar")], **hub),
            organisation("fitko", org_type="agency", members=[member("haus")], **hub),
        ),
    )


@cache
@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Return a world, perhaps one that has lost some facts already."""
    sound = st.builds(
        nearly_sound_world,
        st.sampled_from(ROUTES),
        st.sampled_from(PROVIDERS),
        st.sampled_from(STATED),
        some(FLAWS, max_size=2),
    )
    world = draw(st.one_of(sound, odd_worlds()))
    for _ in range(draw(st.integers(0, 2))):
        left = tuple(world.smaller())
        world = draw(st.sampled_from(left)) if left else world
    return world


def assert_no_removal_raises_the_answer(world: World) -> None:
    before = world.answer().verdict
    for less in world.smaller():
        assert less.answer().verdict.hope <= before.hope


@given(worlds())
@few
def test_removing_any_fact_never_raises_the_answer(world: World) -> None:
    assert_no_removal_raises_the_answer(world)


@pytest.mark.parametrize(("start", "flaw"), [*enumerate([None, *FLAWS])])
def test_removing_any_fact_from_a_nearly_sound_world_never_raises_the_answer(start: int, flaw: str | None) -> None:
    # Every sixth for each flaw, so that all of them together take each way over each provider.
    for code, provider, stated in islice(product(ROUTES, PROVIDERS, STATED), start % 6, None, 6):
        assert_no_removal_raises_the_answer(nearly_sound_world(code, provider, stated, [flaw] if flaw else []))


@pytest.mark.parametrize("code", ROUTES)
def test_in_a_sound_world_every_route_is_a_yes_and_those_over_the_market_are_possible(code: str) -> None:
    """Properties about answers would say little if chains never held here."""
    answer = nearly_sound_world(code, "nachbar", frozenset({"haus", "nachbar"}), []).answer()
    assert answer.verdict is (Verdict.POSSIBLE if code in {"tender", "direct_award"} else Verdict.YES)


@given(worlds())
@few
def test_every_answer_rests_on_what_it_names(world: World) -> None:
    """To invent a world takes longer than to look at its answer, so all rules look at the same ones."""
    answer = world.answer()
    assert_what_is_possible_rests_on_sources_but_for_the_askers_own_steps(answer)
    assert_a_yes_rests_on_dated_sources_or_the_askers_word_in_every_link(world, answer)
    assert_a_chain_with_a_link_in_doubt_is_never_a_yes_and_the_link_is_named(answer)
    assert_no_way_with_less_hope_stands_before_one_with_more(answer)


def assert_what_is_possible_rests_on_sources_but_for_the_askers_own_steps(answer: Answer) -> None:
    for chain in (found for found in answer.chains if found.verdict is Verdict.POSSIBLE):
        assert chain.route.status == "available"
        assert any(step.state is StepState.OWN for step in chain.steps)
        assert all(step.known or step.state is StepState.OWN for step in chain.steps)


def assert_no_way_with_less_hope_stands_before_one_with_more(answer: Answer) -> None:
    hopes = [chain.verdict.hope for chain in answer.chains]
    assert hopes == sorted(hopes, reverse=True)


def assert_a_yes_rests_on_dated_sources_or_the_askers_word_in_every_link(world: World, answer: Answer) -> None:
    for chain in (found for found in answer.chains if found.verdict is Verdict.YES):
        assert chain.route.status == "available"
        assert all(step.stated or (step.sources and step.as_of not in (None, "unknown")) for step in chain.steps)
        assert all(step.object.key in world.place.memberships for step in chain.steps if step.stated)


def assert_a_chain_with_a_link_in_doubt_is_never_a_yes_and_the_link_is_named(answer: Answer) -> None:
    for chain in answer.chains:
        in_doubt = [step for step in chain.steps if step.state is not StepState.KNOWN]
        assert (chain.verdict is Verdict.YES) == (not in_doubt)
        assert (chain.missing in in_doubt) if in_doubt else chain.missing is None
        assert all(step.reason for step in in_doubt)
        assert bool(chain.ask) == bool(in_doubt)
    verdicts = [chain.verdict for chain in answer.chains] or [Verdict.NO]
    assert answer.verdict is max(verdicts, key=lambda verdict: verdict.hope)


@given(worlds())
@few
def test_what_becomes_unknown_never_makes_a_yes(world: World) -> None:
    before = world.answer().verdict
    for less in world.doubted():
        assert less.answer().verdict is not Verdict.YES or before is Verdict.YES
