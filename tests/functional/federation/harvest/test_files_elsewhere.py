"""Files of other nodes' records lie in a folder that all machines reach, and are cared for there."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import delete

from app.cli.doctor.command import examine_foreign_files
from app.cli.doctor.stores import examine_place_of_files
from app.database.jobs import DATABASE
from app.federation.harvest.file_rows import AttemptRow
from app.federation.harvest.report import End
from app.records.file_store import FileStore, StoreUnreachable
from app.wiring.backup import make_backup
from app.wiring.node import Node
from app.wiring.scheduler import maintain
from tests.file_places import FilePlace
from tests.functional.web.test_reader import quiet
from tests.netnodes.attaching import FILES, attach, held_names, picture
from tests.netnodes.net import Net, NetNode, record_id

ONE = record_id(1)
TABLE = b"Frage;Antwort\nSteht die Bank gut?;ja\n"
PICTURE_NAME, TABLE_NAME = sha256(picture()).hexdigest(), sha256(TABLE).hexdigest()
FOLDER = "foreign-files"


def following(net: Net, a: NetNode, place: FilePlace, files: Mapping[str, bytes] | None = None) -> NetNode:
    """Return a node that keeps files there and follows A, which has a record with these, or a picture and a table."""
    attach(a, ONE, files or {"bank.png": picture(), "liste.csv": TABLE})
    node = net.node("s", **place.settings)
    node.follow(a)
    return node


def holding(net: Net, a: NetNode, place: FilePlace, count: int) -> tuple[NetNode, dict[str, bytes]]:
    """Return such a node and so many files of A, which it has taken in, by their hashes."""
    files = [f"Zeile {number}".encode() for number in range(count)]
    node = following(net, a, place, {f"{number}.csv": data for number, data in enumerate(files)})
    assert node.harvest(a).files.arrived == count
    return node, {sha256(data).hexdigest(): data for data in files}


def remove(store: FileStore, names: Iterable[str]) -> None:
    with store.exclusive():
        for name in names:
            store.remove(name)


def loses_nothing(node: NetNode, a: NetNode, backup: Path) -> None:
    """Everybody who looks through the place takes it for a wrong one."""
    before = held_names(node, a, ONE)
    node.services.harvest.files.held.maintain()
    assert [found.code for found in examine_foreign_files(node.services)] == ["most_gone"]
    with pytest.raises(StoreUnreachable):
        make_backup(node.services, backup)
    assert held_names(node, a, ONE) == before


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
        db.execute(delete(AttemptRow))


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
    node.services.harvest.files.held.sweep()
    assert store.sizes() == {}


def test_a_place_where_nothing_is_any_more_loses_nothing_until_somebody_says_so(
    net: Net, a: NetNode, file_place: FilePlace, tmp_path: Path
) -> None:
    (node, kept), store = holding(net, a, file_place, 6), file_place.store(FOLDER)
    remove(store, kept)
    loses_nothing(node, a, tmp_path / "backup")
    for name, data in kept.items():
        file_place.write(name, data, FOLDER)
    node.services.harvest.files.held.maintain()
    assert store.sizes().keys() == kept.keys()
    remove(store, kept)
    Node(node.services).reindex(quiet, catalogue=True)  # type: ignore[arg-type]  # reports to nobody
    assert held_names(node, a, ONE) == set()
    net.clock.forward(minutes=15)
    assert node.harvest(a).files.arrived == 6


def test_a_place_that_came_back_gives_what_was_wanted_again(
    net: Net, a: NetNode, file_place: FilePlace, tmp_path: Path
) -> None:
    (node, kept), store = holding(net, a, file_place, 7), file_place.store(FOLDER)
    # One came since the file system went.
    _came, *gone = kept
    remove(store, gone)
    loses_nothing(node, a, tmp_path / "backup")
    Node(node.services).reindex(quiet, catalogue=True)  # type: ignore[arg-type]  # reports to nobody
    assert len(held_names(node, a, ONE)) == 1
    for name, data in kept.items():
        file_place.write(name, data, FOLDER)
    damaged, *_others = gone
    file_place.write(damaged, b"Zeile X", FOLDER)
    node.services.harvest.files.held.maintain()
    assert len(held_names(node, a, ONE)) == 6
    assert store.sizes().keys() == kept.keys() - {damaged}


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
