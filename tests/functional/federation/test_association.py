"""Associations: who is let in, what follows from their lists of members, and what ends with them."""

import json
import shutil
from datetime import timedelta

import pytest

from app.federation.association import trust
from app.federation.association.members import EndReason, KeysInvalid, LinkInvalid, MemberState
from app.federation.harvest.models import Node
from app.federation.harvest.nodes import NodeNotKnown
from app.federation.harvest.run import MEMBERS_LIMIT, list_folder
from app.federation.issuer import Issuer
from app.federation.listing.keys import NotRootKey, RootChangesMore, RootFile, next_root, public_key, recovery_key
from app.federation.listing.own import MEMBERS, OwnListing
from tests.netnodes.net import Net, NetNode, record_id

ONE, TWO = record_id(1), record_id(2)
KEY, OTHER_KEY = "06999001", "06999002"
DAILY_NAMES = 6
"""New names a day in these tests; each takes a while to make."""


def link(association: NetNode, name: str = "Beispielstadt", *keys: str) -> str:
    """Return a new join link."""
    harvest, listed = association.services.harvest, association.services.federation.listing.listed
    return harvest.associations.link(harvest.associations.members.invite(name, keys), listed.root(1).sha256)


def join(member: NetNode, made: str) -> Node:
    return member.services.harvest.join(made, member.services.federation.listing.listed.root(1).sha256)


def let_in(association: NetNode, member: NetNode, *keys: str) -> None:
    """Go all the way, until both have read each other's list."""
    join(member, link(association, member.origin, *keys))
    (asked,) = [one for one in association.services.federation.members.all() if one.state is MemberState.ASKED]
    association.services.federation.members.admit(asked.id or 0)
    association.services.tell_members()
    association.harvest(member)
    member.harvest(association)


def end(association: NetNode, member: NetNode) -> None:
    association.services.federation.members.end(member.issuer, EndReason.EXCLUDED)
    association.services.tell_members()


def known(node: NetNode) -> set[str]:
    return {one.origin for one in node.services.harvest.nodes.all()}


@pytest.fixture(autouse=True)
def _few_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "DAILY_NAMES", DAILY_NAMES)


def test_members_read_each_other_by_the_word_of_the_association(a: NetNode, b: NetNode, c: NetNode) -> None:
    a.publish(ONE)
    let_in(c, a, KEY)
    let_in(c, b, "069990000002")
    a.harvest(c)
    assert (known(a), known(b), known(c)) == ({b.origin, c.origin}, {a.origin, c.origin}, {a.origin, b.origin})
    found = b.services.harvest.nodes.get(a.issuer)
    assert (found.association, found.official_keys, found.trusted) == (c.issuer, KEY, False)
    assert b.services.harvest.nodes.get(c.issuer).association is None
    b.harvest(a)
    assert set(b.shown(a.origin)) == {ONE}
    said = json.loads(c.services.federation.members.document() or b"")
    assert [sorted(line) for line in said["members"]] == [["daily_new", "hub", "issuer", "keys", "root", "since"]] * 2


def test_a_join_link_counts_once_in_two_weeks_for_the_root_there(net: Net, a: NetNode, b: NetNode, c: NetNode) -> None:
    made = link(c)
    with pytest.raises(LinkInvalid):
        join(a, made.replace("secret=", "secret=x"))
    with pytest.raises(LinkInvalid):
        join(a, made.replace("root=", "root=0")[:-1])
    with pytest.raises(LinkInvalid):
        a.services.harvest.join(made, "0" * 64)
    assert known(a) == set()
    join(a, made)
    join(a, made)
    with pytest.raises(LinkInvalid):
        join(b, made)
    assert known(c) == set(), "nobody is read before an administrator has let them in"
    late = link(c)
    net.clock.forward(days=15)
    with pytest.raises(LinkInvalid):
        join(b, late)
    with pytest.raises(KeysInvalid):
        link(c, "Beispielstadt", "12")


def test_who_left_is_forgotten_with_its_copies_unless_chosen_here(a: NetNode, b: NetNode, c: NetNode, net: Net) -> None:
    a.publish(ONE)
    d = net.node("d")
    for one in (a, b, d):
        let_in(c, one)
    for one in (b, d):
        one.harvest(c)
        one.harvest(a)
    d.follow(a)
    end(c, a)
    assert a.origin not in known(c)
    for one in (b, d):
        one.harvest(c)
    assert (b.shown(a.origin), a.origin in known(b)) == ({}, False)
    assert set(d.shown(a.origin)) == {ONE}


def test_leaving_forgets_whomever_the_association_alone_has_named(a: NetNode, b: NetNode, c: NetNode) -> None:
    a.publish(ONE)
    for one in (a, b):
        let_in(c, one)
    b.harvest(a)
    assert b.shown(a.origin)
    b.services.harvest.remove(c.issuer)
    assert (known(b), b.shown(a.origin)) == (set(), {})
    a.harvest(c)
    assert known(a) == {b.origin, c.origin}
    a.services.harvest.add(c.issuer, a.services.harvest.nodes.get(c.issuer).root, trusted=False)
    assert known(a) == {c.origin}, "trusting the association no more forgets its members too"


def test_trust_passes_to_a_successor_and_outlives_the_association(a: NetNode, b: NetNode, c: NetNode, net: Net) -> None:
    d = net.node("d")
    for one in (a, b):
        let_in(c, one)
    let_in(d, a)
    c.services.federation.members.hand_over(d.issuer, d.services.federation.listing.listed.root(1).sha256)
    c.services.tell_members()
    b.harvest(c)
    assert b.services.harvest.nodes.get(d.issuer).trusted
    b.harvest(d)
    assert b.services.harvest.nodes.get(d.issuer).official_keys is None
    b.services.harvest.remove(c.issuer, keep_successor=True)
    assert known(b) == {a.origin, d.origin}
    assert b.services.harvest.nodes.get(a.issuer).association == d.issuer


def test_leaving_an_association_forgets_its_successor_too(a: NetNode, b: NetNode, c: NetNode, net: Net) -> None:
    d, h = net.node("d"), net.node("h")
    let_in(h, b)
    let_in(h, d)
    net.clock.forward(minutes=1)
    let_in(c, b)
    let_in(d, a)
    root = d.services.federation.listing.listed.root(1).sha256
    for one in (c, d):
        one.services.federation.members.hand_over(d.issuer, root)
        one.services.tell_members()
    for one in (h, c, d):
        b.harvest(one)
    assert known(b) == {a.origin, c.origin, d.origin, h.origin}
    b.services.harvest.remove(c.issuer)
    # Another association still names it as a member, which makes nobody an association.
    assert known(b) == {d.origin, h.origin}
    assert not b.services.harvest.nodes.get(d.issuer).trusted


@pytest.mark.parametrize("lost", ["lists", "file"])
def test_a_lost_list_of_members_deletes_nobody_and_is_read_again(a: NetNode, b: NetNode, c: NetNode, lost: str) -> None:
    for one in (a, b):
        let_in(c, one, *((KEY,) if one is a else ()))
    b.services.harvest.nodes.get(a.issuer)
    folder = list_folder(b.services.harvest._parts.folder, b.services.harvest.nodes.get(c.issuer))
    shutil.rmtree(folder) if lost == "lists" else (folder / MEMBERS).unlink()
    b.services.harvest.associations.settle()
    assert known(b) == {a.origin, c.origin}
    b.harvest(c)
    assert (folder / MEMBERS).exists()
    assert b.services.harvest.associations.said().refused == []


def test_too_long_a_list_changes_nothing(a: NetNode, b: NetNode, c: NetNode, monkeypatch: pytest.MonkeyPatch) -> None:
    for one in (a, b):
        let_in(c, one, *((KEY,) if one is a else ()))
    b.follow(a)
    monkeypatch.setattr(c.services.federation.members, "document", lambda: b" " * (MEMBERS_LIMIT + 1))
    c.services.federation.listing.tell()
    b.harvest(c)
    assert b.services.harvest.associations.said().refused == [c.issuer]
    assert b.services.harvest.nodes.get(a.issuer).official_keys == KEY


def test_two_nodes_with_one_official_key_are_told_and_neither_may_speak_for_it(
    a: NetNode, b: NetNode, c: NetNode, net: Net
) -> None:
    d = net.node("d")
    let_in(c, a, KEY, OTHER_KEY)
    let_in(d, b, KEY)
    reader = net.node("e")
    for one in (c, d):
        reader.follow(one)
        reader.services.harvest.nodes.change(one.issuer, trusted=True)
        reader.harvest(one)
    assert dict(reader.services.harvest.associations.said().disputed) == {KEY: {a.issuer, b.issuer}}
    assert reader.services.harvest.nodes.get(a.issuer).official_keys == OTHER_KEY
    assert reader.services.harvest.nodes.get(b.issuer).official_keys == ""


def test_a_list_may_not_name_http_addresses_nor_more_than_some_new_ones_a_day(net: Net, a: NetNode, c: NetNode) -> None:
    a.follow(c)
    a.services.harvest.nodes.change(c.issuer, trusted=True)
    for number in range(DAILY_NAMES + 5):
        scheme = "http" if number == 0 else "https"
        _insert(c, f"{scheme}://n{number}.example")
    c.services.tell_members()
    a.harvest(c)
    assert len(known(a)) == DAILY_NAMES + 1
    assert "n0.example" not in known(a)
    net.clock.forward(days=1, minutes=1)
    a.harvest(c)
    assert len(known(a)) == DAILY_NAMES + 5


def test_names_that_vanish_again_make_no_room_for_new_ones_on_the_same_day(net: Net, a: NetNode, c: NetNode) -> None:
    a.follow(c)
    a.services.harvest.nodes.change(c.issuer, trusted=True)
    for number in range(DAILY_NAMES):
        _insert(c, f"https://n{number}.example")
    c.services.tell_members()
    a.harvest(c)
    for number in range(DAILY_NAMES):
        c.services.federation.members.end(Issuer(f"https://n{number}.example"), EndReason.LEFT)
    _insert(c, "https://next.example")
    c.services.tell_members()
    a.harvest(c)
    a.services.harvest.associations.settle()
    assert known(a) == {c.origin}
    net.clock.forward(days=1)
    a.services.harvest.associations.settle()
    assert known(a) == {c.origin, "next.example"}


def _insert(association: NetNode, address: str) -> None:
    members = association.services.federation.members
    secret = members.invite(address)
    members.take(secret, Issuer(address), "0" * 64)
    members.admit(max(one.id or 0 for one in members.all()))


def test_an_invalid_list_changes_nothing(a: NetNode, b: NetNode, c: NetNode, monkeypatch: pytest.MonkeyPatch) -> None:
    for one in (a, b):
        let_in(c, one)
    monkeypatch.setattr(c.services.federation.members, "document", lambda: b'{"members": [{}]}')
    c.services.federation.listing.tell()
    b.harvest(c)
    assert known(b) == {a.origin, c.origin}
    assert b.services.harvest.associations.said().refused == [c.issuer]


def test_a_list_that_breaks_its_schema_stops_no_changes_for_members_of_another_one(
    a: NetNode, b: NetNode, c: NetNode, net: Net, monkeypatch: pytest.MonkeyPatch
) -> None:
    d, e = net.node("d"), net.node("e")
    let_in(c, a)
    let_in(c, b)
    let_in(d, e, KEY)
    let_in(d, b)
    monkeypatch.setattr(d.services.federation.members, "document", lambda: b'{"members": [{}]}')
    d.services.federation.listing.tell()
    b.harvest(d)
    let_in(c, a, KEY, OTHER_KEY)
    b.harvest(c)
    keys = {one.origin: one.official_keys for one in b.services.harvest.nodes.all()}
    assert (keys[a.origin], keys[e.origin]) == (OTHER_KEY, KEY)


def test_while_the_association_is_down_members_read_each_other_and_after_three_months_its_word_ends(
    net: Net, a: NetNode, b: NetNode, c: NetNode
) -> None:
    a.publish(ONE)
    for one in (a, b):
        let_in(c, one)
    net.down.add(c.issuer.address)
    net.clock.forward(days=6)
    a.services.federation.listing.renew()
    a.publish(TWO)
    b.harvest(a)
    assert set(b.shown(a.origin)) == {ONE, TWO}
    net.clock.now += timedelta(days=90)
    a.services.federation.listing.renew()
    b.harvest(a)
    b.harvest(c)
    with pytest.raises(NodeNotKnown):
        b.services.harvest.nodes.get(a.issuer)


def test_an_association_s_key_ends_a_lost_online_key_for_readers(net: Net, a: NetNode, b: NetNode, c: NetNode) -> None:
    a.publish(ONE)
    for one in (a, b):
        let_in(c, one)
    b.harvest(a)
    association, member = (one.services.federation.listing for one in (c, a))
    words = association.words.read_text("utf-8")
    (key,) = root_keys(association)
    own_words = member.words.read_text("utf-8")
    for allowed in (True, False, True, True):
        member.let_recover(own_words, key, allowed=allowed)
        assert len(root_keys(member)) == 1 + allowed
    before, new = member.listed.root(), member.prepare()
    stolen = member.key.signer()
    root = next_root(before, public_key(new), recovery_key(words), net.clock())
    with pytest.raises(NotRootKey):
        member.install(RootFile(root.data.replace(b'"version":6', b'"version":7')))
    alone = next_root(before, public_key(new), recovery_key(words), net.clock(), [public_key(key)])
    with pytest.raises(RootChangesMore):
        member.install(alone)
    member.install(root)
    member.install(root)
    a.publish(TWO)
    report = b.harvest(a)
    assert (report.error, set(b.shown(a.origin))) == ("", {ONE, TWO})
    member.listed.renew(stolen)
    assert b.harvest(a).error == "signature"


def root_keys(listing: OwnListing) -> list[str]:
    root = listing.listed.root().signed
    return [str(root.keys[one].keyval["public"]) for one in root.roles["root"].keyids]
