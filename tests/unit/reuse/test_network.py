from typing import Any

import pytest

from app.records.record import Record
from app.reuse.facets import taking_part
from app.reuse.naming import Naming, origin_of, same_bodies
from app.reuse.network import Network
from app.reuse.place import Place
from tests.unit.reuse.examples import (
    at_node,
    by_global_name,
    finding,
    global_name,
    member,
    membership,
    org,
    organisation,
    route,
    solution,
)


def test_a_membership_carries_its_date_and_its_source() -> None:
    network = Network.from_records([organisation("haus", memberships=[membership("verbund", kind="owner")])])
    (found,) = network.memberships_of("haus")
    assert (found.body.key, found.kind, found.as_of, found.known) == ("verbund", "owner", "2025", True)
    (source,) = found.sources
    assert (source.record, source.key, source.publisher, source.date) == ("organisation/haus", "a", "Amt", "2025")


def test_a_membership_counts_from_both_sides() -> None:
    network = Network.from_records([organisation("verbund", members=[member("haus"), member("=Stadt Köln")])])
    assert [found.body.key for found in network.memberships_of("haus")] == ["verbund"]
    koeln = Place(state="NW", kind="independent_city", name="Köln")
    assert [found.body.key for found in network.memberships_naming(koeln)] == ["verbund"]
    assert network.memberships_naming(Place(state="NW", kind="independent_city", name="haus")) == ()


def test_a_membership_without_date_or_source_is_not_known() -> None:
    undated, unsourced = membership("verbund", as_of="unknown"), membership("verbund", sources=[])
    network = Network.from_records([organisation("haus", memberships=[undated, unsourced])])
    assert [found.known for found in network.memberships] == [False, False]


def test_an_organisation_is_called_what_others_call_it_and_else_by_the_start_of_its_title() -> None:
    named = {"in": {"name": "Verbund eG", "ref": "organisation/verbund"}, "as_of": "2025", "sources": ["a"]}
    records = [
        organisation("verbund", title="Verbund: Marktplatz für alle"),
        organisation("haus", title="Haus: IT für das Land", memberships=[named]),
    ]
    assert [found.party.name for found in Network.from_records(records).organisations.values()] == [
        "Verbund eG",
        "Haus",
    ]


def test_whom_to_ask_first_in_a_state_are_its_public_providers() -> None:
    records = [
        organisation("haus", states=["HE"]), organisation("bund", org_type="state_it", states=["DE"]),
        organisation("anderswo", states=["BW"]), organisation("firma", org_type="company", states=["HE"]),
        organisation("ohne-angabe"),
    ]  # fmt: skip
    found = Network.from_records(records).providers_in("HE")
    assert [provider.party.key for provider in found] == ["haus", "bund"]


def test_one_may_name_providers_and_bodies_with_members_as_memberships() -> None:
    records = [
        organisation("haus", memberships=[membership("=Partnerschaft")]),
        organisation("institut", org_type="research"),
        organisation("verbund", org_type="cooperative", members=[member("=Stadt Köln")]),
    ]
    joinable = Network.from_records(records).joinable()
    assert [(party.key, party.name) for party in joinable] == [
        ("haus", "haus"),
        ("name-partnerschaft", "Partnerschaft"),
        ("verbund", "verbund"),
    ]


def at(origin: str, slug: str, **fields: Any) -> Record:
    return at_node(origin, organisation(slug, **fields))


def test_organisations_of_two_nodes_stay_apart_whatever_they_are_called() -> None:
    ours = organisation("haus", org_type="company", memberships=[membership("verbund")])
    network = Network.from_records([at("a.example", "haus", memberships=[membership("verbund")]), ours])
    assert list(network.organisations) == ["haus", "haus@a.example"]
    assert network.origins == ("", "a.example")
    assert [(found.body.key, found.origin) for found in network.memberships_of("haus")] == [("verbund", "")]
    (theirs,) = network.memberships_of("haus@a.example")
    assert (theirs.body.key, theirs.origin) == ("verbund@a.example", "a.example")
    assert theirs.sources[0].record == "organisation/haus@a.example"


def test_what_we_call_the_same_is_one_organisation_described_by_us() -> None:
    theirs = at("a.example", "dienst", title="Dienst", memberships=[membership("verbund")])
    ours = organisation("haus", relations=[{"rel": "same_as", "target": global_name(theirs)}])
    network = Network.from_records([theirs, ours], finding(theirs, ours))
    assert list(network.organisations) == ["haus"]
    assert [found.body.key for found in network.memberships_of("haus")] == ["verbund@a.example"]
    assert [party.key for party in network.meant("dienst@a.example")] == ["haus"]


def test_each_name_is_offered_once_and_ours_first_and_means_all_bodies_of_it() -> None:
    records = [
        at("a.example", "eins", title="Verbund"),
        at("a.example", "zwei", title="Nur dort", memberships=[membership("=Kreis der Häuser")]),
        organisation("verbund", title="Verbund: für alle"),
    ]
    network = Network.from_records(records)
    assert [(party.key, party.name) for party in network.joinable()] == [
        ("name-kreis-der-haeuser", "Kreis der Häuser"),
        ("zwei@a.example", "Nur dort"),
        ("verbund", "Verbund"),
    ]
    for stated in ("verbund", "eins@a.example", "name-verbund", "Verbund"):
        assert {"verbund", "eins@a.example"} <= {party.key for party in network.meant(stated)}
    of_a = [found.body.key for found in network.memberships_of("zwei@a.example")]
    assert of_a == ["name-kreis-der-haeuser@a.example"]
    assert of_a[0] in {party.key for party in network.meant("name-kreis-der-haeuser")}


def test_no_node_decides_what_the_organisation_of_another_is_called() -> None:
    ours = organisation("haus", title="Haus")
    renaming = {"name": "Verbund", "ref": global_name(ours)}
    theirs = at("a.example", "fremd", members=[{"org": renaming, "as_of": "2025", "sources": ["a"]}])
    network = Network.from_records([ours, theirs], finding(ours, theirs))
    assert network.organisations["haus"].party.name == "Haus"
    assert [found.member.key for found in network.memberships] == ["haus"]
    assert "haus" not in {party.key for party in network.meant("name-verbund")}


def test_what_is_only_heard_cannot_be_stated_renames_nothing_and_asks_nobody_twice() -> None:
    ours = organisation("haus", title="Haus", states=["HE"])
    twin = at("x.example", "haus", title="Haus", states=["HE"])
    base = Network.from_records([ours])
    network = base.heard([twin, at("x.example", "anders", title="Anders")])
    assert network.origins == ("",)
    assert set(network.organisations) == {"haus", "haus@x.example", "anders@x.example"}
    assert [party.key for party in network.meant("haus")] == ["haus"], "no body known by its name alone is meant"
    assert network.meant("haus@x.example") == network.meant("anders@x.example") == ()
    assert [found.party.key for found in network.providers_in("HE")] == ["haus"]
    assert set(base.organisations) == {"haus"}
    assert base.heard([]) is base


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("komm-one", "komm-one"), ("organisation/komm-one", "komm-one"), ("Komm.ONE", "name-komm-one"),
        ("Zweckverband  Süd-Ost", "name-zweckverband-sued-ost"),
        ("name-zweckverband-sued-ost", "name-zweckverband-sued-ost"), ("Communauté", "name-communaute"),
    ],
)  # fmt: skip
def test_an_organisation_is_mentioned_by_slug_reference_key_or_name(text: str, key: str) -> None:
    assert Naming().mentioned(text).key == key
    theirs = Naming(origin="a.example").mentioned(text).key
    assert (theirs, origin_of(theirs)) == (f"{key}@a.example", "a.example")
    # One without a record is never taken for one with a record.
    assert Naming().organisation({"name": "haus"}).key == "name-haus"
    assert Naming().organisation({"name": "haus", "ref": "organisation/haus"}).key == "haus"


def test_slug_and_global_name_of_a_record_mean_the_same_organisation_at_every_node() -> None:
    theirs, ours = at_node("a.example", organisation("haus")), organisation("haus")
    find = finding(theirs, ours)
    by_slug = Naming(origin="a.example", find=find).organisation({"name": "Haus", "ref": "organisation/haus"})
    for origin in ("", "b.example"):
        by_name = Naming(origin=origin, find=find).organisation(by_global_name(theirs))
        assert (by_name.key, by_name.ref) == (by_slug.key, by_slug.ref) == ("haus@a.example", theirs.ref)
        assert Naming(origin=origin, find=find).mentioned(global_name(theirs)).key == "haus@a.example"
    assert Naming(origin="a.example", find=find).organisation(by_global_name(ours)).key == "haus"


def test_a_record_that_is_not_held_here_keeps_its_global_name() -> None:
    elsewhere = at_node("c.example", organisation("haus"))
    party = Naming().organisation(by_global_name(elsewhere))
    assert party.key == party.ref == origin_of(party.key) == global_name(elsewhere)


def test_only_our_own_word_makes_two_records_the_same_organisation() -> None:
    theirs = at_node("a.example", organisation("fremd"))
    same = [{"rel": "same_as", "target": global_name(theirs)}]
    ours = organisation("haus", relations=same)
    find = finding(theirs, ours)
    assert same_bodies([ours, theirs], find) == {"fremd@a.example": "haus"}
    assert same_bodies([at_node("b.example", ours)], find) == {}
    claimed = at_node("a.example", organisation("fremd", relations=[{"rel": "same_as", "target": global_name(ours)}]))
    assert same_bodies([ours, claimed], find).keys() == {"fremd@a.example"}
    of_ours = organisation("nachbar", relations=[{"rel": "same_as", "target": global_name(ours)}])
    assert same_bodies([of_ours], find) == {}


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
