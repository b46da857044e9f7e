# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

from app.reuse import Network, Place
from tests.unit.reuse.examples import member, membership, organisation, solution


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


def test_a_member_with_a_record_is_no_place() -> None:
    network = Network.from_records([organisation("verbund", members=[member("koeln")])])
    assert network.memberships_naming(Place(state="NW", kind="independent_city", name="koeln")) == ()


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
        organisation("haus", states=["HE"]),
        organisation("bund", org_type="state_it", states=["DE"]),
        organisation("anderswo", states=["BW"]),
        organisation("firma", org_type="company", states=["HE"]),
        organisation("ohne-angabe"),
    ]
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


def test_records_of_other_kinds_are_passed_over() -> None:
    assert not Network.from_records([solution()]).organisations
