"""What readers asked of the real records, and the contradictions they were told once."""

from __future__ import annotations

from datetime import date

import pytest

from app.reuse.obtaining.answer import Answer, Chain, StepState, Verdict
from app.reuse.obtaining.deciding import obtainable
from app.reuse.place import Place
from tests.functional.reuse.content import network, records

TODAY = date(2026, 11, 27)
VILLAGE = Place(state="BB", kind="municipality", name="Musterdorf", population=1_200)
TOWNS = [
    Place(state="NI", kind="town", name="Musterstadt", population=18_000),
    Place(state="BY", kind="town", name="Musterstadt", population=18_000),
    Place(state="NW", kind="town", name="Musterstadt", population=18_000),
]
ULM, MASTERPORTAL = "ulm-datenplattform-loesung", "hamburg-masterportal-loesung"


def ask(place: Place, slug: str) -> Answer:
    return obtainable(place, records("solutions")[slug], network(), TODAY)


def by_route(answer: Answer) -> dict[str, Chain]:
    return {chain.route.code: chain for chain in answer.chains}


@pytest.mark.parametrize("place", TOWNS, ids=lambda place: place.state)
def test_what_no_other_town_can_obtain_is_not_called_possible_and_nobody_is_said_to_offer_it(place: Place) -> None:
    answer = ask(place, ULM)
    assert answer.verdict is Verdict.UNDOCUMENTED
    assert all(chain.verdict in (Verdict.UNDOCUMENTED, Verdict.NO) for chain in answer.chains)
    assert answer.best is not None
    assert answer.best.missing is not None
    assert (answer.best.missing.code, answer.best.missing.reason) == ("offers", "status_unknown")
    assert [source.key for source in answer.best.missing.sources] == ["bundestag-2023"]
    asked = {ask_.party.key: ask_.code for ask_ in answer.ask if ask_.party}
    assert asked["komm-one"] == "named_provider"
    assert "provider" not in asked.values()


def test_old_evidence_of_published_code_gives_a_village_possible_and_not_yes() -> None:
    chain = by_route(ask(VILLAGE, MASTERPORTAL))["self_host_oss"]
    assert chain.verdict is Verdict.POSSIBLE
    own = [(step.code, step.reason) for step in chain.steps if step.state is StepState.OWN]
    assert own == [("code_published", "shown_long_ago"), ("operate", "few_staff")]
    assert chain.missing is not None
    assert (chain.missing.as_of, chain.steps[-2].code, chain.steps[-2].as_of) == ("2022-07", "maintained", "2025-12-31")


def test_a_village_runs_software_with_a_service_provider_if_at_all() -> None:
    chain = by_route(ask(VILLAGE, "bad-belzig-smart-village-app-loesung"))["self_host_oss"]
    assert chain.verdict is Verdict.POSSIBLE
    assert [(step.code, step.reason) for step in chain.steps if step.state is StepState.OWN] == [
        ("operate", "few_staff")
    ]


def test_a_village_hears_of_buying_the_service_before_running_it() -> None:
    routes = [chain.route.code for chain in ask(VILLAGE, "bad-belzig-smart-village-app-loesung").chains]
    assert routes.index("tender") < routes.index("self_host_oss")


@pytest.mark.parametrize("place", TOWNS, ids=lambda place: place.state)
def test_an_open_partnership_is_first_and_can_be_joined(place: Place) -> None:
    best = ask(place, MASTERPORTAL).best
    assert best is not None
    assert (best.route.code, best.verdict) == ("public_cooperation", Verdict.POSSIBLE)
    assert [(step.code, step.state) for step in best.steps] == [("join", StepState.OWN), ("offers", StepState.KNOWN)]
    assert best.steps[-1].as_of == "2025-12-31"


def test_a_large_district_asks_for_free_code_before_it_joins_on_terms_unknown() -> None:
    district = Place(state="NI", kind="district", name="Musterkreis", population=96_000)
    ways = [(chain.route.code, chain.verdict) for chain in ask(district, MASTERPORTAL).chains]
    assert ways == [("self_host_oss", Verdict.POSSIBLE), ("public_cooperation", Verdict.POSSIBLE)]


def test_whoever_is_a_member_already_need_not_join() -> None:
    hamburg = Place(state="HH", kind="city_state", name="Hamburg")
    best = ask(hamburg, MASTERPORTAL).best
    assert best is not None
    assert (best.verdict, best.steps[0].code) == (Verdict.YES, "belongs_to")


def test_a_place_that_may_be_several_gets_no_answer_of_its_own() -> None:
    assert not Place(state="", kind="", name="Fulda").settled
    assert Place(state="HE", kind="", name="Fulda").settled
    assert Place(state="", kind="", population=1_200).settled
