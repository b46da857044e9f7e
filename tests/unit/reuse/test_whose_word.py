"""Whose organisations count: our own, those of believed nodes, and for its own solutions those of a solution's node."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records.record import Record
from app.reuse.obtaining.answer import Answer, Verdict
from app.reuse.place import Place
from tests.unit.reuse.collection import answer, entry_of, service
from tests.unit.reuse.examples import (
    at_node,
    by_global_name,
    global_name,
    member,
    membership,
    org,
    organisation,
    route,
    solution,
)
from tests.unit.reuse.test_obtainable_properties import HUB, World, few, odd_worlds, organisations, worlds

TOWN, ASSOCIATION, HOSTILE = "town.example", "verbund.example", "boese.example"
BELIEVED = (ASSOCIATION,)


def place(*memberships: str, **fields: Any) -> Place:
    return Place(**{"state": "HE", "kind": "town", "memberships": frozenset(memberships), **fields})


def of_town(provider: dict[str, str], code: str = "inhouse_municipal_it") -> Record:
    return at_node(TOWN, solution({**route(code), "provider": provider}))


def of_association(slug: str, **fields: Any) -> Record:
    return at_node(ASSOCIATION, organisation(slug, **fields))


HOUSE = of_association("haus", title="Haus: IT der Gemeinden")


def test_a_town_s_solution_is_had_over_a_body_that_the_association_describes() -> None:
    found = answer(place("haus@verbund.example"), of_town(by_global_name(HOUSE)), [HOUSE], BELIEVED)
    assert found.verdict is Verdict.YES
    assert found.best is not None
    assert [(step.code, step.origin, step.stated) for step in found.best.steps] == [
        ("belongs_to", "", True),
        ("offers", TOWN, False),
    ]
    assert found.best.steps[0].object.name == "Haus"


def test_every_link_says_on_the_word_of_which_node_it_rests() -> None:
    hub = of_association(HUB, org_type="cooperative")
    seller = of_association("dienst", memberships=[membership(HUB)])
    ours = organisation("haus", memberships=[{"in": by_global_name(hub), "as_of": "2025", "sources": ["a"]}])
    wanted = of_town(by_global_name(seller), "inhouse_govdigital")
    found = answer(place("haus"), wanted, [hub, seller, ours], BELIEVED)
    assert found.verdict is Verdict.YES
    assert found.best is not None
    assert [(step.subject.key, step.object.key, step.origin) for step in found.best.steps] == [
        ("", "haus", ""),
        ("haus", "govdigital-marktplatz@verbund.example", ""),
        ("dienst@verbund.example", "govdigital-marktplatz@verbund.example", ASSOCIATION),
        ("dienst@verbund.example", wanted.ref, TOWN),
    ]
    assert all(step.sources and step.as_of for step in found.best.steps if not step.stated)


def test_nothing_of_a_node_counts_that_is_not_believed() -> None:
    records = [HOUSE, of_association("verbund", members=[member("=Stadt Köln")])]
    wanted = of_town(by_global_name(HOUSE))
    assert answer(place("haus@verbund.example"), wanted, records).verdict is Verdict.UNKNOWN
    assert service(records).network().joinable() == ()
    assert [party.name for party in service(records, BELIEVED).network().joinable()] == ["Haus", "verbund"]


def test_a_hub_is_looked_up_at_the_solution_s_node_then_here_then_at_those_who_are_believed() -> None:
    records = [
        at_node(origin, organisation(HUB, org_type="cooperative")) for origin in (ASSOCIATION, HOSTILE, "", TOWN)
    ]
    network = service(records, BELIEVED).network(TOWN)
    assert [party.key for party in network.called_everywhere(HUB, TOWN)] == [
        f"{HUB}@{TOWN}",
        HUB,
        f"{HUB}@{ASSOCIATION}",
    ]


def test_the_same_body_in_two_records_is_reached_by_either() -> None:
    theirs = of_association("dienst", title="Haus", memberships=[membership(HUB)])
    hub = of_association(HUB, org_type="cooperative")
    ours = organisation("haus", title="Haus")
    for stated in ("haus", "dienst@verbund.example"):
        for wanted in (
            solution(route("inhouse_municipal_it", "haus")),
            of_town(by_global_name(hub), "inhouse_govdigital"),
        ):
            assert answer(place(stated), wanted, [ours, theirs, hub], BELIEVED).verdict is Verdict.YES


OURS = organisation("haus", title="Haus: IT der Gemeinden", memberships=[membership(HUB)])
OUR_HUB = organisation(HUB, org_type="cooperative")
KOELN = {"kind": "independent_city", "name": "Köln"}


def hostile(slug: str, **fields: Any) -> Record:
    return at_node(HOSTILE, organisation(slug, **fields))


def listed(*bodies: dict[str, str]) -> list[dict[str, Any]]:
    return [{"org": body, "as_of": "2025", "sources": ["a"]} for body in bodies]


HOSTILE_RECORDS = {
    "our slug": [hostile("haus", title="Haus")],
    "our name": [hostile("anders", title="Haus")],
    "our hub with everybody in it": [hostile(HUB, members=listed({"name": "Stadt Köln"}, org("haus")))],
    "claims to be the same": [
        hostile("anders", relations=[{"rel": "same_as", "target": global_name(OURS)}], members=[member("=Stadt Köln")])
    ],
    "our organisation as its member": [hostile("anders", members=listed(by_global_name(OURS)))],
    "itself as a member of ours": [
        hostile("anders", memberships=[{"in": by_global_name(OURS), "as_of": "2025", "sources": ["a"]}])
    ],
    "another name for ours": [hostile("anders", members=listed({**by_global_name(OURS), "name": "Verbund"}))],
    "a believed organisation as its member": [hostile("anders", members=listed(by_global_name(HOUSE)))],
    "a body of its own to join": [hostile("falle", org_type="municipal_it", members=[member("=Stadt Köln")])],
}
ASKED = (
    solution(route("inhouse_municipal_it", "haus"), route("inhouse_govdigital", "haus")),
    solution(route("public_cooperation", "=Haus")),
    of_town(by_global_name(HOUSE)),
    of_town(by_global_name(OURS), "inhouse_govdigital"),
)
READERS = {
    "nobody": place(), "a member": place("haus"), "a city": place(**KOELN),
    "by a forged address": place("haus@boese.example", "anders@boese.example", "falle@boese.example"),
}  # fmt: skip


def told(solution_: Record, reader: Place, more: Sequence[Record] = ()) -> Answer:
    return answer(reader, solution_, (OURS, OUR_HUB, HOUSE, *more), BELIEVED)


@pytest.mark.parametrize("records", HOSTILE_RECORDS.values(), ids=HOSTILE_RECORDS)
def test_a_node_that_nobody_chose_changes_no_chain_and_adds_no_body_to_the_list(records: list[Record]) -> None:
    for asked, reader in product(ASKED, READERS.values()):
        assert told(asked, reader, records) == told(asked, reader), (asked.ref, reader)
    base = (OURS, OUR_HUB, HOUSE)
    offered = service((*base, *records), BELIEVED).network().joinable()
    assert offered == service(base, BELIEVED).network().joinable()


@pytest.mark.parametrize("provider", [org("haus"), org("anders"), {"name": "Haus"}, org("=Haus")])
@pytest.mark.parametrize("reader", ["a member", "by a forged address"])
def test_it_cannot_pass_off_its_own_bodies_as_those_readers_belong_to(provider: dict[str, str], reader: str) -> None:
    trap = at_node(HOSTILE, solution({**route("inhouse_municipal_it"), "provider": provider}))
    twins = [hostile("haus", title="Haus"), hostile("anders", title="Haus")]
    assert told(trap, READERS[reader], twins).verdict is Verdict.UNKNOWN


def test_what_it_says_of_its_own_offers_is_marked_as_its_word() -> None:
    offer = at_node(HOSTILE, solution(route("inhouse_municipal_it", "falle")))
    found = told(offer, READERS["a city"], HOSTILE_RECORDS["a body of its own to join"])
    assert found.best is not None
    assert {step.origin for step in found.best.steps} == {HOSTILE}


@given(worlds(), st.lists(st.sampled_from(("haus", "nachbar", HUB, "neu")), unique=True), st.data())
@few
def test_bodies_of_distrusted_nodes_never_change_an_answer(world: World, slugs: list[str], data: st.DataObject) -> None:
    others = [at_node(HOSTILE, data.draw(organisations(slug))) for slug in slugs]
    records = (world.solution, *world.organisations)
    before, after = service(records), service((*records, *others))
    asked = entry_of(world.solution)
    assert after.obtainable(world.place, asked) == before.obtainable(world.place, asked)
    assert after.productisation(asked) == before.productisation(asked)
    assert after.network().joinable() == before.network().joinable()


@given(odd_worlds(), st.sampled_from((ASSOCIATION, TOWN)), st.data())
@few
def test_removing_a_believed_node_s_body_never_raises_an_answer(world: World, origin: str, data: st.DataObject) -> None:
    theirs = [at_node(origin, data.draw(organisations(slug))) for slug in ("haus", "nachbar", HUB)]
    records = (world.solution, *world.organisations, *theirs)
    asked = entry_of(world.solution)
    before = service(records, (ASSOCIATION, TOWN)).obtainable(world.place, asked)
    for lost in theirs:
        less = tuple(record for record in records if record is not lost)
        after = service(less, (ASSOCIATION, TOWN)).obtainable(world.place, asked)
        assert after.verdict.hope <= before.verdict.hope
