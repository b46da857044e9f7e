"""Each test damages one thing that is held of another node, and expects it to be found and mended."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.federation.fetching import Fetched, FetchFailed
from app.federation.harvest.integrity import Fault, IntegrityReport
from app.federation.keys import KeyRole
from tests.netnodes.attaching import attach, picture
from tests.netnodes.forging import changed, published, signed
from tests.netnodes.net import Net, NetNode, begin, record_id

ONE, TWO, GONE = (record_id(number) for number in range(1, 4))


def quiet(done: int, total: int) -> None:
    del done, total


@pytest.fixture
def net(net: Net) -> Net:
    """B, which holds two versions of one record of A, one of another, and a withdrawal."""
    begin(net, "holder", exchanged)
    return net


def exchanged(net: Net) -> None:
    a, b = net.node("a"), net.node("b")
    for one in (ONE, TWO, GONE):
        a.publish(one)
    b.follow(a)
    b.harvest(a)
    net.clock.forward(minutes=15)
    a.publish(ONE, title="Fassung zwei")
    a.withdraw(GONE)
    b.harvest(a)


@pytest.fixture
def a(net: Net) -> NetNode:
    return net.open("a")


@pytest.fixture
def holder(net: Net, a: NetNode) -> NetNode:
    return net.open("b")


def verified(node: NetNode) -> IntegrityReport:
    return node.services.harvest.check_integrity(quiet)


def faults(node: NetNode) -> list[tuple[Fault, str, str]]:
    return [(one.fault, one.record_id, one.detail) for one in verified(node).faults]


def damage(node: NetNode, statement: str, **values: object) -> None:
    with node.services.sessions.begin() as db:
        done = db.execute(text(statement), values)
        assert done.rowcount >= 1  # type: ignore[attr-defined]  # what UPDATE and DELETE return


def mended(node: NetNode, *, left: int = 0) -> None:
    _mended, unmended = node.services.harvest.repair.run(verified(node).faults, quiet)
    node.services.federation.held.catch_up()
    assert len(unmended) == left
    if not left:
        assert verified(node).faults == ()


def test_what_was_harvested_is_sound_and_counted(holder: NetNode, a: NetNode) -> None:
    shown: list[tuple[int, int]] = []
    found = holder.services.harvest.check_integrity(lambda done, total: shown.append((done, total)))
    assert found.faults == ()
    assert (found.statements, found.total) == ({a.origin: 4}, 4)
    assert found.per_second > 0
    assert shown == [(4, 4)]


@pytest.mark.parametrize("broken", ["x.y.z", "", "ä"])
def test_a_statement_that_cannot_be_read_is_found_and_fetched_again(holder: NetNode, a: NetNode, broken: str) -> None:
    damage(holder, "UPDATE federation_statement SET jws = :jws WHERE record_id = :id AND ver = 2", jws=broken, id=ONE)
    assert [(fault, one) for fault, one, _ in faults(holder)] == [(Fault.STATEMENT_REFUSED, ONE)]
    mended(holder)
    assert holder.shown(a.origin)[ONE] == (2, "Fassung zwei")


SIGNATURE_CHANGED = (
    "UPDATE federation_statement SET jws = substr(jws, 1, length(jws) - 6) || 'AAAAAA' WHERE record_id = :id"
)


@pytest.mark.parametrize(
    ("statement", "one", "found"),
    [
        (SIGNATURE_CHANGED, TWO, [Fault.STATEMENT_REFUSED]),
        ("DELETE FROM federation_statement WHERE record_id = :id AND ver = 2", ONE, [Fault.NEWEST_MISSING]),
        ("DELETE FROM catalogue_version WHERE record_id = :id AND origin <> ''", TWO, [Fault.CATALOGUE_MISSING]),
        ("DELETE FROM federation_record WHERE record_id = :id", TWO, [Fault.ORPHAN_ENTRY, Fault.ORPHAN_STATEMENT]),
    ],
    ids=["signature", "newest statement", "catalogue", "record"],
)
def test_a_changed_signature_or_a_missing_row_is_found_and_fetched_again(
    holder: NetNode, a: NetNode, statement: str, one: str, found: list[Fault]
) -> None:
    before = holder.shown(a.origin)
    damage(holder, statement, id=one)
    assert sorted(fault for fault, _one, _ in faults(holder)) == found
    mended(holder)
    assert holder.shown(a.origin) == before


def test_another_text_under_a_good_signature_is_found(holder: NetNode, a: NetNode) -> None:
    other = signed(a, changed(published(a, TWO), {"title": "Etwas anderes"}))
    damage(holder, "UPDATE federation_statement SET jws = :jws WHERE record_id = :id", jws=other, id=TWO)
    assert faults(holder) == [(Fault.WRONG_ROW, TWO, "digest")]
    mended(holder)


@pytest.mark.parametrize(
    ("column", "value"), [("digest", "sha256:" + "0" * 64), ("kid", "x" * 43), ("issuer", "https://x.example")]
)
def test_a_row_that_says_something_else_than_its_statement_is_found(holder: NetNode, column: str, value: str) -> None:
    damage(holder, f"UPDATE federation_statement SET {column} = :value WHERE record_id = :id", value=value, id=TWO)
    assert (Fault.WRONG_ROW, TWO, column) in faults(holder)
    mended(holder)


@pytest.mark.parametrize(("column", "value"), [("kind", "case-study"), ("slug", "anders"), ("withdrawn", True)])
def test_a_record_row_that_says_something_else_is_found(holder: NetNode, column: str, value: object) -> None:
    damage(holder, f"UPDATE federation_record SET {column} = :value WHERE record_id = :id", value=value, id=TWO)
    assert (Fault.WRONG_ROW, TWO, column) in faults(holder)
    mended(holder)


def test_a_key_that_nobody_knows_is_found(holder: NetNode) -> None:
    damage(holder, "UPDATE federation_issuer SET record_keys = '{\"keys\":[]}'")
    assert {(fault, detail) for fault, _one, detail in faults(holder)} == {(Fault.STATEMENT_REFUSED, "key_unknown")}
    mended(holder, left=3)


def test_a_lost_key_is_found_where_it_is_still_shown(net: Net, holder: NetNode, a: NetNode) -> None:
    net.clock.forward(hours=1)
    a.services.federation.keys.rotate(KeyRole.RECORD, compromised=True)
    holder.services.harvest.add(seen := holder.services.harvest.look(a.issuer), federation_key=seen.federation_key)
    assert {detail for _fault, _one, detail in faults(holder)} == {"key_compromised"}
    mended(holder)
    assert len(holder.shown(a.origin)) == 2


def test_a_record_behind_its_statements_is_found(holder: NetNode, a: NetNode) -> None:
    first = published(a, ONE, 1)
    damage(
        holder,
        "UPDATE federation_record SET ver = 1, digest = :digest WHERE record_id = :id",
        digest=first.digest,
        id=ONE,
    )
    assert {fault for fault, _one, _ in faults(holder)} == {Fault.RECORD_BEHIND, Fault.CATALOGUE_DIFFERS}
    mended(holder)
    assert holder.shown(a.origin)[ONE] == (2, "Fassung zwei")


@pytest.mark.parametrize(
    ("change", "one"),
    [("state = 'hidden'", TWO), ("state = 'published'", GONE), ("digest = 'sha256:x'", TWO), ("slug = 'anders'", TWO)],
)
def test_a_line_of_the_catalogue_that_says_something_else_is_found(holder: NetNode, change: str, one: str) -> None:
    damage(
        holder,
        f"UPDATE catalogue_version SET {change} "
        "WHERE seq = (SELECT max(seq) FROM catalogue_version WHERE record_id = :id)",
        id=one,
    )
    assert [(fault, found) for fault, found, _ in faults(holder)] == [(Fault.CATALOGUE_DIFFERS, one)]
    mended(holder)


def test_what_is_hidden_stays_hidden_when_it_is_mended(holder: NetNode, a: NetNode) -> None:
    holder.services.harvest.moderation.hide(a.origin, TWO, actor="u-1", reason="Zum Prüfen")
    assert faults(holder) == []
    damage(holder, "DELETE FROM federation_statement WHERE record_id = :id", id=TWO)
    mended(holder)
    assert TWO not in holder.shown(a.origin)
    assert holder.services.harvest.records.entry(a.origin, TWO).record.hidden


def test_what_is_hidden_stays_hidden_although_its_row_is_lost(holder: NetNode, a: NetNode) -> None:
    holder.services.harvest.moderation.hide(a.origin, TWO, actor="u-1", reason="Zum Prüfen")
    holder.services.harvest.moderation.hide(a.origin, ONE, actor="u-1", reason="Zum Prüfen")
    holder.services.harvest.moderation.unhide(a.origin, ONE, actor="u-1", reason="Geprüft")
    damage(holder, "DELETE FROM federation_record")
    mended(holder)
    assert set(holder.shown(a.origin)) == {ONE}


def test_what_may_not_be_taken_in_now_is_not_taken_away_either(holder: NetNode, a: NetNode) -> None:
    harvest = holder.services.harvest
    first_seen = harvest.records.entry(a.origin, TWO).record.first_at
    harvest.moderation.hide(a.origin, TWO, actor="u-1", reason="Zum Prüfen")
    harvest.moderation.block(a.issuer, actor="u-1", reason="Zum Prüfen")
    damage(holder, "UPDATE federation_statement SET jws = 'x' WHERE record_id = :id", id=TWO)
    # As if another peer, which is not blocked, still had the copy.
    damage(holder, "UPDATE federation_peer SET state = 'active'")
    mended(holder, left=1)
    harvest.moderation.unblock(a.issuer, actor="u-1", reason="Geprüft")
    mended(holder)
    entry = harvest.records.entry(a.origin, TWO)
    assert (entry.record.hidden, entry.record.first_at) == (True, first_seen)
    assert TWO not in holder.shown(a.origin)


def files(node: NetNode) -> list[tuple[int, str, str]]:
    with node.services.sessions.reading() as db:
        rows = db.execute(text("SELECT ver, name, state FROM federation_file ORDER BY id"))
        return [(row.ver, row.name, row.state) for row in rows]


def test_files_stay_with_the_version_that_is_mended(net: Net, a: NetNode, holder: NetNode) -> None:
    attach(a, TWO, {"bank.png": picture(), "liste.csv": b"a;b\n"}, title="Fassung zwei")
    net.clock.forward(minutes=15)
    holder.harvest(a)
    assert files(holder) == [(2, "bank.png", "held"), (2, "liste.csv", "held")]
    damage(holder, "UPDATE federation_statement SET jws = 'x' WHERE record_id = :id AND ver = 2", id=TWO)
    mended(holder)
    assert files(holder) == [(2, "bank.png", "held"), (2, "liste.csv", "held")]
    counts = holder.services.harvest.files.queue.counts()[a.origin]
    assert (counts.held, counts.missing) == (2, 0)
    damage(holder, "UPDATE federation_file SET sha256 = 'x' WHERE name = 'liste.csv'")
    damage(holder, "DELETE FROM federation_statement WHERE record_id = :id AND ver = 2", id=TWO)
    mended(holder)
    assert sorted(files(holder)) == [(2, "bank.png", "held"), (2, "liste.csv", "dropped"), (2, "liste.csv", "wanted")]


def test_files_of_an_older_version_go_with_it(net: Net, a: NetNode, holder: NetNode) -> None:
    for title in ("Fassung zwei", "Fassung drei"):
        attach(a, TWO, {"liste.csv": title.encode()}, title=title)
        net.clock.forward(minutes=15)
        holder.harvest(a)
    damage(holder, "UPDATE federation_statement SET jws = 'x' WHERE record_id = :id AND ver = 2", id=TWO)
    mended(holder)
    assert [(ver, state) for ver, _name, state in files(holder)] == [(2, "dropped"), (3, "held")]


def test_nothing_goes_back_to_an_earlier_version(net: Net, holder: NetNode, a: NetNode) -> None:
    earlier = holder.services.harvest.records.entry(a.origin, ONE).versions[1]
    assert earlier.ver == 1
    damage(holder, "UPDATE federation_statement SET jws = 'x' WHERE record_id = :id AND ver = 2", id=ONE)
    # The peer has the first version only.
    net.tamper = lambda wanted, answer: (
        answer if "/v/" not in wanted.url or earlier.digest.removeprefix("sha256:") in wanted.url else _gone()
    )
    mended(holder, left=1)
    assert holder.services.harvest.records.entry(a.origin, ONE).record.ver == 2
    net.tamper = None
    mended(holder)


def test_a_second_text_under_the_same_number_mends_nothing(net: Net, holder: NetNode, a: NetNode) -> None:
    other = signed(a, changed(published(a, TWO), {"title": "Etwas anderes"}))
    damage(holder, "UPDATE federation_statement SET jws = 'x' WHERE record_id = :id", id=TWO)
    net.tamper = lambda wanted, answer: type(answer)(status=200, body=other.encode()) if "/v/" in wanted.url else answer
    mended(holder, left=1)
    net.tamper = None
    mended(holder)
    assert holder.shown(a.origin)[TWO] == (1, "Ein Beispiel")


def _gone() -> Fetched:
    raise FetchFailed("status", "404")


def test_a_blocked_node_is_no_fault(holder: NetNode, a: NetNode) -> None:
    holder.services.harvest.moderation.block(a.issuer, actor="u-1", reason="Zum Prüfen")
    assert faults(holder) == []


def test_a_line_of_the_catalogue_without_a_record_is_found(holder: NetNode, a: NetNode) -> None:
    damage(holder, "DELETE FROM federation_record WHERE record_id = :id", id=TWO)
    damage(holder, "DELETE FROM federation_statement WHERE record_id = :id", id=TWO)
    assert [fault for fault, _one, _ in faults(holder)] == [Fault.ORPHAN_ENTRY]
    mended(holder)
    assert holder.shown(a.origin)[TWO] == (1, "Ein Beispiel")


def test_records_of_a_node_that_is_not_known_any_more_are_found(holder: NetNode) -> None:
    damage(holder, "DELETE FROM federation_issuer")
    found = {fault for fault, _one, _ in faults(holder)}
    assert found == {Fault.ORPHAN_RECORD, Fault.STATEMENT_REFUSED}


def test_a_damaged_older_version_is_let_go(holder: NetNode, a: NetNode) -> None:
    damage(holder, "UPDATE federation_statement SET jws = 'x' WHERE record_id = :id AND ver = 1", id=ONE)
    mended(holder)
    assert len(holder.services.harvest.records.entry(a.origin, ONE).versions) == 1


def test_nothing_is_taken_away_while_nobody_answers(net: Net, holder: NetNode, a: NetNode) -> None:
    damage(holder, "UPDATE federation_statement SET kid = 'x' WHERE record_id = :id", id=TWO)
    net.down.add(a.issuer.address)
    mended(holder, left=1)
    assert holder.shown(a.origin)[TWO] == (1, "Ein Beispiel")
    net.down.clear()
    mended(holder)


def test_a_peer_that_gives_something_else_mends_nothing(net: Net, holder: NetNode, a: NetNode) -> None:
    damage(holder, "UPDATE federation_statement SET kid = 'x' WHERE record_id = :id", id=TWO)
    forged = signed(
        a, changed(published(a, TWO), {"title": "Gefälscht"}), holder.services.federation.keys.signer(KeyRole.RECORD)
    )
    net.tamper = lambda wanted, answer: (
        type(answer)(status=200, body=forged.encode()) if "/v/" in wanted.url else answer
    )
    mended(holder, left=1)
    assert holder.shown(a.origin)[TWO] == (1, "Ein Beispiel")
