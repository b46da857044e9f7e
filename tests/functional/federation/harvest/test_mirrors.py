"""Lists that come from elsewhere than from home, and lists that say two things."""

import shutil
from dataclasses import replace

import pytest

from app.federation.harvest.models import NodeState
from app.federation.harvest.report import End
from app.federation.listing.keys import first_root, new_words, recovery_key
from app.federation.listing.reading import LISTS
from app.fetching import Fetched, Wanted
from tests.netnodes.attaching import attach, held_names
from tests.netnodes.net import Net, NetNode, record_id

ONE, TWO, THREE = record_id(1), record_id(2), record_id(3)


@pytest.fixture
def mirror(a: NetNode, b: NetNode) -> NetNode:
    """B, which holds what A has published: a record and one with a file."""
    a.publish(ONE)
    attach(a, TWO, {"liste.csv": b"a;b\n"})
    b.follow(a)
    b.harvest(a)
    return b


@pytest.fixture
def reader(a: NetNode, mirror: NetNode, c: NetNode) -> NetNode:
    """C, which reads A and may ask the mirror."""
    c.follow(a)
    c.follow(mirror, mirror=True)
    return c


def metadata(net: Net, node: NetNode, name: str = "timestamp.json", of: NetNode | None = None) -> bytes | None:
    """Return what a node hands out of its list, or of that of another node."""
    folder = f"{LISTS}/mirrors/{of.origin}" if of else LISTS
    answer = node.client.get(f"{folder}/metadata/{name}")
    return answer.get_data() if answer.status_code == 200 else None


def test_while_home_is_down_a_mirror_gives_all_of_it(net: Net, a: NetNode, mirror: NetNode, reader: NetNode) -> None:
    # The first root comes from the mirror as well: its hash is what was compared.
    net.down.add(a.issuer.address)
    net.asked.clear()
    report = reader.harvest(a)
    assert (report.end, report.error, report.files.arrived) == (End.COMPLETE, "", 1)
    assert set(reader.shown(a.origin)) == {ONE, TWO}
    assert held_names(reader, a, TWO) == {"liste.csv"}
    assert [url for url in net.asked if url.startswith(a.issuer.address)] == [
        f"{a.issuer.address}{LISTS}/metadata/1.root.json"
    ]


def test_a_list_is_handed_on_byte_by_byte(net: Net, a: NetNode, mirror: NetNode) -> None:
    folder = a.services.federation.folder
    for path in sorted((folder / "metadata").iterdir()):
        # What an earlier list named is not kept.
        number, _, name = path.name.partition(".")
        newest = number == "timestamp" or name == "root.json" or metadata(net, mirror, path.name, a) is not None
        assert not newest or metadata(net, mirror, path.name, a) == path.read_bytes(), path.name
    for target in a.services.federation.listing.listed.listed().values():
        (place,) = target.get_prefixed_paths()
        answer = mirror.client.get(f"{LISTS}/mirrors/{a.origin}/targets/{place}")
        if not place.endswith("node.json"):
            assert answer.get_data() == (folder / "targets" / place).read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "metadata/../../../node.sqlite", "metadata/2.root.json", "metadata/node.sqlite",
        f"targets/records/{'0' * 64}.{ONE}.json", f"targets/files/{TWO}/{'0' * 64}.{'0' * 64}", "targets/files/x",
        "targets/x",
    ],
)  # fmt: skip
def test_a_mirror_hands_out_nothing_else(a: NetNode, mirror: NetNode, path: str) -> None:
    assert mirror.client.get(f"{LISTS}/mirrors/{a.origin}/{path}").status_code == 404


def test_of_a_node_that_is_unknown_or_blocked_nothing_is_handed_on(net: Net, a: NetNode, mirror: NetNode) -> None:
    assert mirror.client.get(f"{LISTS}/mirrors/other.example/metadata/timestamp.json").status_code == 404
    mirror.services.harvest.moderation.block(a.issuer, actor="operator", reason="Zum Prüfen")
    assert metadata(net, mirror, of=a) is None


def test_only_mirrors_are_asked_and_only_while_active(net: Net, a: NetNode, mirror: NetNode, reader: NetNode) -> None:
    net.down.add(a.issuer.address)
    reader.follow(mirror, mirror=False)
    assert reader.harvest(a).error == "unreachable"
    reader.follow(mirror, mirror=True)
    reader.services.harvest.nodes.change(mirror.issuer, state=NodeState.PAUSED)
    assert reader.harvest(a).error == "unreachable"
    reader.services.harvest.nodes.change(mirror.issuer, state=NodeState.ACTIVE)
    assert reader.harvest(a).end is End.COMPLETE


@pytest.mark.parametrize("part", ["metadata/timestamp.json", "/targets/records/"])
def test_what_a_mirror_changes_is_not_taken(net: Net, a: NetNode, mirror: NetNode, reader: NetNode, part: str) -> None:
    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        is_mirror = f"/mirrors/{a.origin}/" in wanted.url and part in wanted.url
        return replace(answer, body=answer.body.replace(b"2026", b"2027")) if is_mirror else answer

    net.down.add(a.issuer.address)
    net.tamper = tamper
    reader.harvest(a)
    assert reader.shown(a.origin) == {}
    net.tamper = None
    net.down.clear()
    assert reader.harvest(a).end is End.COMPLETE
    assert set(reader.shown(a.origin)) == {ONE, TWO}


def test_a_node_with_another_root_is_another_node(net: Net, a: NetNode, mirror: NetNode) -> None:
    a.services.close()
    shutil.rmtree(net.folder / "a")
    other = net.node("a")
    other.publish(THREE)
    report = mirror.harvest(other)
    assert (report.end, report.error) == (End.FAILED, "signature")
    assert set(mirror.shown(other.origin)) == {ONE, TWO}
    # The operator compares again; then the new list wins over everything that is held.
    mirror.follow(other)
    assert mirror.harvest(other).error == ""
    assert set(mirror.shown(other.origin)) == {THREE}


def test_a_root_that_nobody_compared_is_refused(net: Net, a: NetNode, b: NetNode) -> None:
    a.publish(ONE)
    b.services.harvest.add(a.issuer, "0" * 64)
    assert b.harvest(a).error == "root"
    signer = recovery_key(new_words())
    forged = first_root(signer.public_key, [signer.public_key], signer, net.clock())
    b.follow(a)
    net.tamper = lambda wanted, answer: (
        replace(answer, body=forged.data) if wanted.url.endswith("1.root.json") else answer
    )
    assert b.harvest(a).error == "root"
    net.tamper = None
    assert b.harvest(a).end is End.COMPLETE
