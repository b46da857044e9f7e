"""Pictures and files of records come along, from whoever has them, and go with their records."""

from __future__ import annotations

import dataclasses
import errno
import gzip
import socket
import time
from collections.abc import Callable
from hashlib import sha256

import pytest
from sqlalchemy import Connection, delete, event, func, insert, select
from sqlalchemy.orm import Mapper
from sqlmodel import col

from app.catalogue import ForeignFileNotHeld
from app.cli.doctor.command import examine_foreign_files
from app.federation.fetching import Fetched, FetchFailed, Wanted
from app.federation.fetching.connection import Outbound
from app.federation.fetching.fetcher import GuardedFetcher
from app.federation.harvest.file_rows import MOST_FILES, AttemptRow, FileRow, FileState
from app.federation.harvest.file_run import MOST_FAILURES
from app.federation.harvest.report import End, RunReport
from app.federation.issuer import Issuer
from app.records.file_store import FileStore
from app.wiring.foundation import FOREIGN
from tests.functional.federation.fetching.hostile import GZIP, OK, bomb, hostile, plain
from tests.netnodes.attaching import FILES, asked_files, attach, held_names, picture, spoiled, stored
from tests.netnodes.forging import changed, list_statement, published
from tests.netnodes.net import Net, NetNode, record_id

ONE, TWO = record_id(1), record_id(2)
TABLE = b"Frage;Antwort\nSteht die Bank gut?;ja\n"


def read(node: NetNode, other: NetNode, name: str, of: str = ONE, ver: int = 1) -> bytes:
    """Return a file as a page of the node would show it."""
    catalogue = node.services.catalogue
    return catalogue.file(catalogue.get(of, ver, other.origin), name)


@pytest.fixture
def met(a: NetNode, b: NetNode) -> NetNode:
    """B, which follows A; A has a record with a picture and a table."""
    attach(a, ONE, {"bank.png": picture(), "liste.csv": TABLE})
    b.follow(a)
    return b


def test_files_come_with_the_record(net: Net, a: NetNode, met: NetNode) -> None:
    report = met.harvest(a)
    assert (report.end, report.files.arrived, report.files.missing) == (End.COMPLETE, 2, 0)
    assert report.files.size == len(picture()) + len(TABLE)
    assert not report.findings
    assert read(met, a, "bank.png") == picture()
    assert read(met, a, "liste.csv") == TABLE
    assert [path.name for path in stored(met.services)] == sorted(sha256(one).hexdigest() for one in (picture(), TABLE))


def _refuse(wanted: Wanted, answer: Fetched, peer: Issuer, code: str = "unreachable") -> Fetched:
    if FILES in wanted.url and wanted.peer == peer:
        raise FetchFailed(code)
    return answer


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda body: body[:-1] + b"x", "file_hash"),
        (lambda body: body[:-1], "file_size"),
        (lambda body: body + b"x", "file_size"),
        (lambda _body: b"", "file_size"),
    ],
)
def test_other_bytes_than_signed_are_reported_and_never_kept(
    net: Net, a: NetNode, met: NetNode, change: object, reason: str
) -> None:
    net.tamper = spoiled(change)  # type: ignore[arg-type] # from the table above
    report = met.harvest(a)
    assert report.files.reasons == {reason: 2}
    assert report.files.missing == 2
    assert report.findings
    assert stored(met.services) == []
    with pytest.raises(ForeignFileNotHeld):
        read(met, a, "bank.png")


def test_what_failed_is_asked_for_again_after_growing_pauses(net: Net, a: NetNode, met: NetNode) -> None:
    net.tamper = spoiled(lambda body: body[:-1])
    met.harvest(a)
    asked = []
    for _ in range(40):
        net.clock.forward(minutes=15)
        before = len(asked_files(met))
        met.harvest(a)
        asked.append(len(asked_files(met)) > before)
    # Half an hour, an hour, two, four: 2, 4, 8 and 16 looks apart.
    assert [number for number, one in enumerate(asked, 1) if one] == [2, 6, 14, 30]
    net.tamper = None
    net.clock.forward(days=1)
    assert met.harvest(a).files.arrived == 2


def test_an_interrupted_run_goes_on_with_the_next_file(
    net: Net, a: NetNode, met: NetNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = iter(range(10_000))
    # Each look at the clock is one second later; time is up before the second file.
    monkeypatch.setattr("app.federation.harvest.service.time.monotonic", lambda: float(next(moment)))
    for seconds in range(5, 60):
        report = met.services.harvest.read(a.issuer, seconds=float(seconds))
        if report.files.arrived:
            break
        net.clock.forward(minutes=15)
    assert (report.end, report.files.arrived, report.files.missing) == (End.INTERRUPTED, 1, 1)
    assert met.services.harvest.nodes.due() == (a.issuer,)
    monkeypatch.undo()
    after = met.harvest(a)
    assert (after.end, after.files.arrived, after.files.missing) == (End.UNCHANGED, 1, 0)


@pytest.mark.parametrize("code", ["unreachable", "tls_expired", "tls_authority", "tls"])
def test_a_partner_in_trouble_is_not_asked_for_all_its_files(net: Net, a: NetNode, b: NetNode, code: str) -> None:
    attach(a, ONE, {f"bild-{number}.txt": b"%d" % number for number in range(20)})
    b.follow(a)
    net.tamper = lambda wanted, answer: _refuse(wanted, answer, a.issuer, code)
    assert b.harvest(a).files.reasons == {code: 3}
    net.tamper = spoiled(lambda body: body + b"x")
    assert b.harvest(a).files.reasons == {"file_size": MOST_FAILURES}


def test_a_new_version_brings_only_what_is_new(net: Net, a: NetNode, met: NetNode) -> None:
    met.harvest(a)
    net.clock.forward(minutes=15)
    attach(a, ONE, {"bank.png": picture(), "liste.csv": b"neu"}, title="Neu")
    report = met.harvest(a)
    assert report.files.arrived == 1
    assert read(met, a, "bank.png", ver=2) == picture()
    assert read(met, a, "liste.csv", ver=2) == b"neu"
    # Of the version before nothing is kept.
    assert held_names(met, a, ONE, ver=1) == set()
    assert {path.read_bytes() for path in stored(met.services)} == {picture(), b"neu"}


def test_a_withdrawal_takes_the_files_at_once_but_for_what_others_have_too(net: Net, a: NetNode, met: NetNode) -> None:
    attach(a, TWO, {"gleich.png": picture()})
    met.harvest(a)
    net.clock.forward(minutes=15)
    a.withdraw(ONE)
    met.harvest(a)
    assert {path.read_bytes() for path in stored(met.services)} == {picture()}
    net.clock.forward(minutes=15)
    a.withdraw(TWO)
    met.harvest(a)
    assert stored(met.services) == []


def test_one_file_may_be_named_by_more_versions_than_a_list_may_hold(net: Net, a: NetNode, met: NetNode) -> None:
    net.tamper = lambda wanted, answer: _refuse(wanted, answer, a.issuer)
    met.harvest(a)
    with met.services.sessions.begin() as db:
        row = db.scalars(select(FileRow).where(col(FileRow.name) == "bank.png")).one()
        named = row.model_dump(exclude={"id"})
        # SQLite takes 250,000 values in a statement on Debian, 32,766 elsewhere.
        db.execute(insert(FileRow), [{**named, "record_id": f"x{number}"} for number in range(260_000)])
    net.tamper = None
    net.clock.forward(hours=1)
    assert met.harvest(a).files.missing == 0
    assert read(met, a, "bank.png") == picture()
    with met.services.sessions.reading() as db:
        held = select(func.count()).select_from(FileRow).where(col(FileRow.state) == FileState.HELD.value)
        assert db.scalar(held.where(col(FileRow.sha256) == named["sha256"])) == 260_001


def test_equal_files_are_fetched_and_stored_once(net: Net, a: NetNode, met: NetNode) -> None:
    attach(a, TWO, {"gleich.png": picture()})
    assert met.harvest(a).files.arrived == 2
    assert len(asked_files(met)) == 2
    assert read(met, a, "gleich.png", of=TWO) == picture()


def handed_on(node: NetNode, other: NetNode, data: bytes) -> int:
    """Return how a node answers whoever asks it as a mirror for a file of another."""
    name = sha256(data).hexdigest()
    return node.client.get(f"/netz/tuf/mirrors/{other.origin}{FILES}{ONE}/{name}.{name}").status_code


def test_files_of_what_is_out_of_sight_are_kept_and_not_handed_on(net: Net, a: NetNode, met: NetNode) -> None:
    met.harvest(a)
    moderation = met.services.harvest.moderation
    assert handed_on(met, a, TABLE) == 200
    moderation.hide(a.origin, ONE, actor="operator", reason="Zum Prüfen")
    assert handed_on(met, a, TABLE) == 404
    assert len(stored(met.services)) == 2
    moderation.unhide(a.origin, ONE, actor="operator", reason="Geprüft")
    moderation.block(a.issuer, actor="operator", reason="Zum Prüfen")
    assert handed_on(met, a, TABLE) == 404
    moderation.unblock(a.issuer, actor="operator", reason="Geprüft")
    assert handed_on(met, a, TABLE) == 200


def test_files_of_a_hidden_record_are_not_fetched(net: Net, a: NetNode, met: NetNode) -> None:
    net.tamper = spoiled(lambda body: body[:-1])
    met.harvest(a)
    net.tamper = None
    met.services.harvest.moderation.hide(a.origin, ONE, actor="operator", reason="Zum Prüfen")
    net.clock.forward(days=1)
    report = met.harvest(a)
    assert (report.files.arrived, report.files.missing) == (0, 0)
    met.services.harvest.moderation.unhide(a.origin, ONE, actor="operator", reason="Geprüft")
    assert met.harvest(a).files.arrived == 2


def test_one_origin_fills_no_more_than_its_share(net: Net, a: NetNode) -> None:
    small = net.node("s", foreign_files_mib=1)
    attach(a, ONE, {"a.txt": bytes(700_000), "b.txt": b"x" * 700_000, "c.txt": b"klein"})
    small.follow(a)
    first = small.harvest(a)
    assert (first.files.arrived, first.files.reasons, first.files.missing) == (1, {"origin_full": 1}, 2)
    assert first.findings
    net.clock.forward(minutes=15)
    # The next look takes what still fits.
    assert small.harvest(a).files.arrived == 1
    assert held_names(small, a, ONE) == {"a.txt", "c.txt"}


def test_a_node_may_do_without_files(net: Net, a: NetNode) -> None:
    none = net.node("s", foreign_files_mib=0)
    attach(a, ONE, {"bank.png": picture()})
    none.follow(a)
    report = none.harvest(a)
    assert (report.files.arrived, report.files.missing, report.findings) == (0, 1, False)
    assert asked_files(none) == []


def test_more_files_than_a_record_may_have_are_not_asked_for(net: Net, a: NetNode, b: NetNode) -> None:
    attach(a, ONE, {"bank.png": picture()})
    a.write({f"concepts/beispiel-1/f{number:02}.txt": b"%d" % number for number in range(MOST_FILES + 2)})
    b.follow(a)
    report = b.harvest(a)
    assert (report.files.arrived, report.files.missing) == (MOST_FILES, 3)
    counts = b.services.harvest.files.queue.counts()[a.origin]
    assert (counts.held, counts.missing, counts.reasons) == (MOST_FILES, 3, {"too_many": 3})


def test_a_full_disk_ends_neither_the_run_nor_the_round(
    net: Net, a: NetNode, met: NetNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_store: FileStore, _name: str, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileStore, "put", full)
    report = met.harvest(a)
    assert (report.end, report.files.reasons, report.error) == (End.COMPLETE, {"no_space": 1}, "")
    assert report.findings
    monkeypatch.undo()
    net.clock.forward(hours=1)
    assert met.harvest(a).files.arrived == 2


def test_the_reserve_of_the_disk_is_left_alone(
    net: Net, a: NetNode, met: NetNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.records.file_store.RESERVE", 1 << 60)
    assert met.harvest(a).files.reasons == {"no_space": 1}
    assert asked_files(met) == []


def test_doctor_finds_damage_and_the_next_run_mends_it(net: Net, a: NetNode, met: NetNode) -> None:
    met.harvest(a)
    place = next(path for path in stored(met.services) if path.read_bytes() == picture())
    place.write_bytes(picture()[:-1] + b"x")
    with pytest.raises(ForeignFileNotHeld):
        read(met, a, "bank.png")
    found = list(examine_foreign_files(met.services))
    assert [(one.code, one.subject) for one in found] == [("damaged_file", f"{a.origin}/{ONE}/v/1/bank.png")]
    assert list(examine_foreign_files(met.services)) == []
    assert held_names(met, a, ONE) == {"liste.csv"}
    net.clock.forward(minutes=15)
    assert met.harvest(a).files.arrived == 1
    assert read(met, a, "bank.png") == picture()


def test_daily_care_removes_what_nobody_needs_and_wants_what_is_lost(net: Net, a: NetNode, met: NetNode) -> None:
    met.harvest(a)
    lost = next(path for path in stored(met.services) if path.read_bytes() == TABLE)
    lost.unlink()
    stray = lost.parents[1] / "ff" / ("f" * 64)
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"left by a crash")
    met.services.harvest.files.held.maintain()
    assert {path.read_bytes() for path in stored(met.services)} == {picture()}
    assert met.harvest(a).files.arrived == 1


def test_two_processes_may_fetch_the_same(net: Net, a: NetNode, met: NetNode) -> None:
    a_second_process = net.open("b")
    net.tamper = spoiled(lambda body: body[:-1])
    met.harvest(a)
    net.tamper = None
    net.clock.forward(hours=1)
    queue = met.services.harvest.files.queue
    wanted = queue.due(a.issuer, a.origin, 10)
    for one in wanted:
        body = picture() if one.name == "bank.png" else TABLE
        met.services.harvest.files.held.take(one, body)
        a_second_process.services.harvest.files.held.take(one, body)
        a_second_process.services.harvest.files.queue.failed(one, a.issuer, "status")
    assert held_names(met, a, ONE) == {"bank.png", "liste.csv"}
    assert len(stored(met.services)) == 2


def _removed(db: Connection, row: AttemptRow) -> None:
    db.execute(delete(FileRow).where(col(FileRow.id) == row.file_id))


def _noted(db: Connection, row: AttemptRow) -> None:
    db.execute(insert(AttemptRow).values({**row.model_dump(), "peer": row.peer}))


def _forgotten(db: Connection, row: AttemptRow) -> None:
    db.execute(delete(AttemptRow).where(col(AttemptRow.file_id) == row.file_id))


@pytest.mark.parametrize(
    ("moment", "meanwhile"), [("before_insert", _removed), ("before_insert", _noted), ("before_update", _forgotten)]
)
def test_a_run_survives_what_another_process_does_to_a_file_just_then(
    net: Net, a: NetNode, met: NetNode, moment: str, meanwhile: Callable[[Connection, AttemptRow], None]
) -> None:
    net.tamper = spoiled(lambda body: body[:-1])
    if moment == "before_update":
        met.harvest(a)
        net.clock.forward(hours=1)

    def between(_mapper: Mapper[AttemptRow], db: Connection, row: AttemptRow) -> None:
        # SQLite lets nobody in between; other databases do, so the other's step is made at that very moment.
        meanwhile(db, row)

    event.listen(AttemptRow, moment, between)
    try:
        report = met.harvest(a)
    finally:
        event.remove(AttemptRow, moment, between)
    assert (report.error, report.files.reasons) == ("", {"file_size": 2})
    net.tamper = None
    net.clock.forward(hours=2)
    assert met.harvest(a).files.arrived == 2


LONG = b"Ein Text, der sich packen laesst. " * 1000
DOOR = GuardedFetcher(Outbound(loopback=True))


class WithFilesFrom:
    """The network of the test, but files come over a real connection from somebody else."""

    def __init__(self, net: Net, answer: Callable[[socket.socket], None]) -> None:
        self._net = net
        self._answer = answer

    def fetch(self, wanted: Wanted) -> Fetched:
        if FILES not in wanted.url:
            return self._net.fetch(wanted)
        with hostile(file=self._answer) as peer:
            return DOOR.fetch(dataclasses.replace(wanted, peer=peer.issuer, url=f"{peer.issuer.address}/file"))


def from_another(
    net: Net, a: NetNode, b: NetNode, answer: Callable[[socket.socket], None], seconds: float = 60.0
) -> RunReport:
    """Read the list of A, which has a record whose file somebody else sends."""
    attach(a, ONE, {"text.txt": LONG})
    b.follow(a)
    harvest = b.services.harvest
    harvest._parts = dataclasses.replace(harvest._parts, fetcher=WithFilesFrom(net, answer))
    return harvest.read(a.issuer, seconds=seconds)


def drip(link: socket.socket) -> None:
    link.sendall(OK + f"Content-Length: {len(LONG)}\r\n\r\n".encode())
    for _ in range(600):
        link.sendall(b"x")
        time.sleep(0.1)


def unpacking_to_400_mb(link: socket.socket) -> None:
    plain(bomb(), GZIP)(link)


@pytest.mark.parametrize("answer", [plain(LONG), plain(gzip.compress(LONG), GZIP)], ids=["plain", "packed"])
def test_the_listed_bytes_come_in_packed_or_not(
    net: Net, a: NetNode, b: NetNode, answer: Callable[[socket.socket], None]
) -> None:
    assert from_another(net, a, b, answer).files.arrived == 1
    assert [path.read_bytes() for path in stored(b.services)] == [LONG]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (plain(LONG + b"x" * 2000), "too_large"),
        (unpacking_to_400_mb, "too_large"),
        (plain(b"<html><script>alert(1)</script></html>", "Content-Type: text/html"), "file_size"),
        (plain(LONG, length=len(LONG) + 10), "protocol"),
    ],
    ids=["long", "bomb", "page", "cut-off"],
)
def test_anything_else_that_is_sent_is_named_and_not_kept(
    net: Net, a: NetNode, b: NetNode, answer: Callable[[socket.socket], None], reason: str
) -> None:
    bomb()
    report = from_another(net, a, b, answer)
    assert (report.end, report.files.reasons, report.files.missing) == (End.COMPLETE, {reason: 1}, 1)
    assert stored(b.services) == []
    assert ONE in b.shown(a.origin)


def test_a_file_that_drips_ends_with_the_time_of_the_run(net: Net, a: NetNode, b: NetNode) -> None:
    start = time.monotonic()
    report = from_another(net, a, b, drip, seconds=5.0)
    assert report.files.reasons == {"deadline": 1}
    assert time.monotonic() - start < 20
    assert stored(b.services) == []


def test_a_file_that_is_larger_than_any_may_be_is_never_asked_for(net: Net, a: NetNode, b: NetNode) -> None:
    attach(a, ONE, {"text.txt": TABLE})
    honest = published(a, ONE)
    list_statement(a, changed(honest, files=(dataclasses.replace(honest.files[0], size=10 * 1024 * 1024 + 1),)))
    b.follow(a)
    report = b.harvest(a)
    assert (report.files.arrived, report.files.missing) == (0, 1)
    assert asked_files(b) == []
    assert b.services.harvest.files.queue.counts()[a.origin].reasons == {"too_large": 1}


def test_a_store_is_never_led_out_of_its_folder(b: NetNode) -> None:
    assert b.services.harvest.files.held.of("../..", "x", 1) == ()
    assert not b.services.files_folder(FOREIGN).exists()
