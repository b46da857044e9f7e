"""Pictures and files of records come along, from whoever has them, and go with their records."""

import dataclasses
import errno
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import delete
from sqlmodel import col

from app.catalogue import ForeignFileNotHeld
from app.cli.doctor.command import examine_foreign_files
from app.cli.doctor.stores import examine_place_of_files
from app.database.jobs import DATABASE
from app.federation.harvest.file_run import MOST_FAILURES
from app.federation.harvest.held_files import MOST_FILES, FileRow
from app.federation.harvest.report import End
from app.federation.issuer import Issuer
from app.fetching import Fetched, FetchFailed, Limits, Wanted
from app.records.file_store import FileStore, StoreUnreachable
from app.wiring.backup import make_backup
from app.wiring.foundation import FOREIGN
from app.wiring.node import Node
from app.wiring.scheduler import maintain
from tests.file_places import FilePlace
from tests.functional.web.test_reader import quiet
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


def test_what_failed_waits_behind_what_was_asked_for_less_often(net: Net, a: NetNode, b: NetNode) -> None:
    names = [f"{number}.txt" for number in range(MOST_FAILURES + 1)]
    attach(a, ONE, {name: name.encode() for name in names})
    b.follow(a)
    net.tamper = spoiled(lambda body: body[:-1])
    assert b.harvest(a).files.reasons == {"file_size": MOST_FAILURES}
    last = sha256(names[-1].encode()).hexdigest()
    assert last not in "".join(asked_files(b))
    assert b.harvest(a).files.reasons == {"file_size": MOST_FAILURES}
    assert last in asked_files(b)[MOST_FAILURES]
    counts = b.services.harvest.files.counts()[a.origin]
    assert (counts.missing, counts.reasons) == (MOST_FAILURES + 1, {"file_size": MOST_FAILURES + 1})
    net.tamper = None
    assert b.harvest(a).files.arrived == MOST_FAILURES + 1
    assert b.services.harvest.files.counts()[a.origin].reasons == {}


@pytest.mark.parametrize("code", ["unreachable", "tls_expired", "tls_authority", "tls"])
def test_a_partner_in_trouble_is_not_asked_for_all_its_files(net: Net, a: NetNode, b: NetNode, code: str) -> None:
    attach(a, ONE, {f"bild-{number}.txt": b"%d" % number for number in range(20)})
    b.follow(a)
    net.tamper = lambda wanted, answer: _refuse(wanted, answer, a.issuer, code)
    assert b.harvest(a).files.reasons == {code: 1}


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
    assert met.harvest(a).files.arrived == len(asked_files(met)) == 2
    assert read(met, a, "gleich.png", of=TWO) == picture()
    net.clock.forward(minutes=15)
    a.withdraw(ONE)
    met.harvest(a)
    assert {path.read_bytes() for path in stored(met.services)} == {picture()}
    net.clock.forward(minutes=15)
    a.withdraw(TWO)
    met.harvest(a)
    assert stored(met.services) == []


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
    counts = b.services.harvest.files.counts()[a.origin]
    assert (counts.held, counts.missing, counts.reasons) == (MOST_FILES, 3, {"too_many": 3})


def test_a_full_disk_ends_no_run_no_round(net: Net, a: NetNode, met: NetNode, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_store: FileStore, _name: str, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileStore, "put", full)
    report = met.harvest(a)
    assert (report.end, report.files.reasons, report.error) == (End.COMPLETE, {"no_space": 1}, "")
    assert report.findings
    monkeypatch.undo()
    net.clock.forward(hours=1)
    assert met.harvest(a).files.arrived == 2


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
    met.services.harvest.files.maintain()
    assert {path.read_bytes() for path in stored(met.services)} == {picture()}
    assert met.harvest(a).files.arrived == 1


def test_a_file_that_is_larger_than_any_may_be_is_never_asked_for(net: Net, a: NetNode, b: NetNode) -> None:
    attach(a, ONE, {"text.txt": TABLE})
    honest = published(a, ONE)
    list_statement(a, changed(honest, files=(dataclasses.replace(honest.files[0], size=10 * 1024 * 1024 + 1),)))
    b.follow(a)
    report = b.harvest(a)
    assert (report.files.arrived, report.files.missing) == (0, 1)
    assert asked_files(b) == []
    assert b.services.harvest.files.counts()[a.origin].reasons == {"too_large": 1}


def test_a_store_is_never_led_out_of_its_folder(b: NetNode) -> None:
    assert b.services.harvest.files.of("../..", "x", 1) == ()
    assert not b.services.files_folder(FOREIGN).exists()


PICTURE_NAME, TABLE_NAME = sha256(picture()).hexdigest(), sha256(TABLE).hexdigest()
FOLDER = "foreign-files"


def following(net: Net, a: NetNode, place: FilePlace, files: Mapping[str, bytes] | None = None) -> NetNode:
    """Return a node that keeps files there and follows A, which has a record with these, or a picture and a table."""
    attach(a, ONE, files or {"bank.png": picture(), "liste.csv": TABLE})
    node = net.node("s", **place.settings)
    node.follow(a)
    return node


def remove(store: FileStore, names: Iterable[str]) -> None:
    with store.exclusive():
        for name in names:
            store.remove(name)


def address(node: NetNode, other: NetNode, name: str) -> str:
    hashed = {"bank.png": PICTURE_NAME, "liste.csv": TABLE_NAME}[name]
    return f"/netz/tuf/mirrors/{other.origin}{FILES}{ONE}/{hashed}.{hashed}"


def test_they_come_are_shown_and_go_with_their_record(net: Net, a: NetNode, file_place: FilePlace) -> None:
    node, store = following(net, a, file_place), file_place.store(FOLDER)
    assert node.harvest(a).files.arrived == 2
    assert set(store.sizes()) == {PICTURE_NAME, TABLE_NAME}
    assert node.client.get(address(node, a, "bank.png")).data == picture()
    net.clock.forward(minutes=15)
    a.withdraw(ONE)
    node.harvest(a)
    assert store.sizes() == {}


def test_nobody_who_writes_waits_for_a_place_that_is_slow_to_remove(
    net: Net, a: NetNode, file_place: FilePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, store = following(net, a, file_place), file_place.store(FOLDER)
    node.harvest(a)
    remove, wrote = type(store).remove, list[bool]()

    def slow(self: FileStore, name: str) -> None:
        writer = Thread(target=_write, args=(node,))
        writer.start()
        writer.join(3)
        wrote.append(not writer.is_alive())
        remove(self, name)

    monkeypatch.setattr(type(store), "remove", slow)
    file_place.write(PICTURE_NAME, picture()[:-1] + b"x", FOLDER)
    assert len(list(examine_foreign_files(node.services))) == 1
    net.clock.forward(minutes=15)
    a.withdraw(ONE)
    node.harvest(a)
    assert store.sizes() == {}
    assert set(wrote) == {True}


def _write(node: NetNode) -> None:
    with node.services.sessions.begin() as db:
        db.execute(delete(FileRow).where(col(FileRow.id) == 0))


def test_a_file_that_cannot_be_removed_keeps_no_other_there_and_is_tried_again(
    net: Net, a: NetNode, file_place: FilePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    node, store = following(net, a, file_place), file_place.store(FOLDER)
    node.harvest(a)
    remove = type(store).remove

    def picky(self: FileStore, name: str) -> None:
        if name == min(PICTURE_NAME, TABLE_NAME):
            raise StoreUnreachable("status 403")
        remove(self, name)

    monkeypatch.setattr(type(store), "remove", picky)
    net.clock.forward(minutes=15)
    a.withdraw(ONE)
    node.harvest(a)
    assert set(store.sizes()) == {min(PICTURE_NAME, TABLE_NAME)}
    monkeypatch.undo()
    node.services.harvest.files.maintain()
    assert store.sizes() == {}


def test_a_place_where_nothing_is_any_more_loses_nothing_until_somebody_says_so(
    net: Net, a: NetNode, file_place: FilePlace, tmp_path: Path
) -> None:
    files = [f"Zeile {number}".encode() for number in range(6)]
    kept = {sha256(data).hexdigest(): data for data in files}
    node = following(net, a, file_place, {f"{number}.csv": data for number, data in enumerate(files)})
    assert node.harvest(a).files.arrived == 6
    store, before = file_place.store(FOLDER), held_names(node, a, ONE)
    remove(store, kept)
    node.services.harvest.files.maintain()
    assert [found.code for found in examine_foreign_files(node.services)] == ["most_gone"]
    with pytest.raises(StoreUnreachable):
        make_backup(node.services, tmp_path / "backup")
    assert held_names(node, a, ONE) == before
    for name, data in kept.items():
        file_place.write(name, data, FOLDER)
    node.services.harvest.files.maintain()
    assert store.sizes().keys() == kept.keys()
    remove(store, kept)
    Node(node.services).reindex(quiet, catalogue=True)  # type: ignore[arg-type]  # reports to nobody
    assert held_names(node, a, ONE) == set()
    net.clock.forward(minutes=15)
    assert node.harvest(a).files.arrived == 6


def test_a_folder_that_is_gone_loses_nothing(net: Net, a: NetNode, file_place: FilePlace) -> None:
    node = following(net, a, file_place)
    node.harvest(a)
    net.clock.forward(minutes=15)
    attach(a, record_id(2), {"neu.csv": b"neu"})
    with file_place.away():
        report = node.harvest(a)
        assert (report.end, report.files.arrived, report.files.missing, report.error) == (End.COMPLETE, 0, 1, "")
        assert node.client.get(address(node, a, "bank.png")).status_code == 503
        assert [found.code for found in examine_foreign_files(node.services)] == ["not_readable"]
        assert [found.code for found in examine_place_of_files(node.services)] == ["unreached"]
        maintain(node.services)
        assert DATABASE in node.services.results.all()
        assert held_names(node, a, ONE) == {"bank.png", "liste.csv"}
    net.clock.forward(hours=1)
    assert node.harvest(a).files.arrived == 1
    assert node.client.get(address(node, a, "bank.png")).data == picture()


def test_no_more_of_a_file_is_read_than_its_record_names(net: Net, a: NetNode, met: NetNode) -> None:
    limits: dict[int, Limits] = {}

    def look(wanted: Wanted, answer: Fetched) -> Fetched:
        if FILES in wanted.url:
            limits[len(answer.body)] = wanted.limits
        return answer

    net.tamper = look
    met.services.harvest.read(a.issuer, seconds=5.0)
    assert {size: (one.inflated, one.seconds <= 5) for size, one in limits.items()} == {
        len(one): (len(one), True) for one in (picture(), TABLE)
    }
    assert all(one.wire <= size + 2048 for size, one in limits.items())


@pytest.mark.parametrize("number", [errno.EMFILE, errno.EACCES, errno.ESTALE])
def test_a_folder_that_cannot_be_read_now_loses_nothing(
    net: Net, a: NetNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    node = following(net, a, FilePlace(tmp_path / "shared"))
    node.harvest(a)

    def refused(_place: Path) -> bytes:
        raise OSError(number, "refused")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", refused)
        assert [found.code for found in examine_foreign_files(node.services)] == ["not_readable"]
        assert node.client.get(address(node, a, "bank.png")).status_code == 503
    assert held_names(node, a, ONE) == {"bank.png", "liste.csv"}
    assert node.client.get(address(node, a, "bank.png")).data == picture()
