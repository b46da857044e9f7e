"""Which files come into a backup, and which leave it."""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from app.cli.doctor.command import diagnose
from app.records.file_store import StoreUnreachable
from app.shared.config import Settings
from app.wiring import Services
from app.wiring.backup import make_backup
from app.wiring.backup_manifest import Manifest, NoBackup
from tests.file_places import FilePlace
from tests.functional.wiring.conftest import restored, settings_of
from tests.netnodes.attaching import attach
from tests.netnodes.net import Net, record_id
from tests.webnode.node import publish


@pytest.fixture
def net(tmp_path: Path) -> Iterator[Net]:
    net = Net(tmp_path, light=True, searching=False)
    yield net
    net.close()


@pytest.fixture
def elsewhere(node: Services, file_place: FilePlace) -> Services:
    """The same node, which keeps files in such a place, and has kept some there before."""
    services = Services(Settings.model_validate({**node.settings.model_dump(), **file_place.settings}))
    with services.foreign_store.exclusive():
        return services


def moved_away(folder: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    folder.rename(to)
    folder.symlink_to(to)


def test_a_file_whose_size_and_time_did_not_change_is_copied_all_the_same(node: Services, tmp_path: Path) -> None:
    secret = node.settings.data / "stadt.secret"
    make_backup(node, tmp_path / "backup")
    before = secret.stat()
    secret.write_text("anders", encoding="utf-8")
    os.utime(secret, ns=(before.st_atime_ns, before.st_mtime_ns))
    make_backup(node, tmp_path / "backup")
    assert (tmp_path / "backup" / "data" / "stadt.secret").read_text(encoding="utf-8") == "anders"
    (tmp_path / "backup" / "data" / "stadt.secret").write_text("faulig", encoding="utf-8")
    os.utime(tmp_path / "backup" / "data" / "stadt.secret", ns=(before.st_atime_ns, before.st_mtime_ns))
    make_backup(node, tmp_path / "backup")
    assert (tmp_path / "backup" / "data" / "stadt.secret").read_text(encoding="utf-8") == "anders"


def test_folders_behind_links_come_along_and_links_in_a_circle_end(node: Services, tmp_path: Path) -> None:
    data = node.settings.data
    node.close()
    for name in ("keys", "content.git"):
        moved_away(data / name, tmp_path / "disk" / name)
    moved_away(data, tmp_path / "disk" / "node")
    (data / "foreign-files").mkdir(exist_ok=True)
    (data / "foreign-files" / "round").symlink_to(data)
    (data / "foreign-files" / "gone").symlink_to(tmp_path / "nowhere")
    (data / "backups").symlink_to(tmp_path / "backup")
    os.mkfifo(data / "pipe")
    (data / "lost+found").mkdir()
    (data / "lost+found" / "inode").write_text("x", encoding="utf-8")
    linked = Services(settings_of(data))
    for _ in range(2):
        made = make_backup(linked, tmp_path / "backup")
    linked.close()
    assert "data/keys/online.pem" in made.files
    assert [name for name in made.files if {"round", "backups", "gone", "lost+found"} & set(name.split("/"))] == []
    restored(tmp_path / "backup", tmp_path / "there")
    assert (tmp_path / "there" / "keys").is_dir()
    assert not (tmp_path / "there" / "keys").is_symlink()


def test_a_folder_that_became_a_file_comes_along_and_no_link_leads_outside(node: Services, tmp_path: Path) -> None:
    backup, elsewhere = tmp_path / "backup", tmp_path / "elsewhere"
    thing = node.settings.data / "thing"
    thing.mkdir()
    (thing / "inner").write_text("x", encoding="utf-8")
    make_backup(node, backup)
    (thing / "inner").unlink()
    thing.rmdir()
    thing.write_text("y", encoding="utf-8")
    (backup / "data" / "keys").rename(elsewhere)
    (backup / "data" / "keys").symlink_to(elsewhere)
    (elsewhere / "secret").unlink(missing_ok=True)
    (elsewhere / "online.pem").unlink()
    make_backup(node, backup)
    assert (backup / "data" / "thing").read_text(encoding="utf-8") == "y"
    assert not (elsewhere / "online.pem").exists()
    assert (backup / "data" / "keys" / "online.pem").exists()


def test_files_of_other_nodes_come_along_from_wherever_they_lie_and_go_back_there(
    elsewhere: Services, file_place: FilePlace, tmp_path: Path
) -> None:
    kept, gone, damaged = (sha256(text).hexdigest() for text in (b"bleibt", b"geht", b"ganz"))
    for text in (b"bleibt", b"geht"):
        file_place.write(sha256(text).hexdigest(), text, "foreign-files")
    file_place.write(damaged, b"nicht ganz", "foreign-files")
    make_backup(elsewhere, tmp_path / "backup")
    assert {file.name for file in (tmp_path / "backup" / "files").glob("??/*")} == {kept, gone}
    with elsewhere.foreign_store.exclusive():
        elsewhere.foreign_store.remove(gone)
    make_backup(elsewhere, tmp_path / "backup")
    elsewhere.foreign_store.remove(kept)
    elsewhere.close()
    restored(tmp_path / "backup", tmp_path / "there", **file_place.settings)
    assert file_place.store("foreign-files").read(kept) == b"bleibt"
    assert gone not in file_place.store("foreign-files").sizes()
    there = Services(settings_of(tmp_path / "there", **file_place.settings))
    assert {found.code for found in diagnose(there).findings if found.area == "files"} <= {"no_kern", "restored"}
    there.close()


def test_a_file_that_is_damaged_where_it_lies_comes_from_the_backup_unless_that_is_damaged_too(
    elsewhere: Services, file_place: FilePlace, tmp_path: Path
) -> None:
    name = sha256(b"bleibt").hexdigest()
    file_place.write(name, b"bleibt", "foreign-files")
    make_backup(elsewhere, tmp_path / "backup")
    elsewhere.close()
    file_place.write(name, b"faulig", "foreign-files")
    restored(tmp_path / "backup", tmp_path / "there", **file_place.settings)
    assert file_place.store("foreign-files").read(name) == b"bleibt"
    [file] = (tmp_path / "backup" / "files").glob("??/*")
    file.write_bytes(b"faulig")
    with pytest.raises(NoBackup, match="not as it was written"):
        restored(tmp_path / "backup", tmp_path / "again")


def test_restoring_leaves_files_of_later_versions(elsewhere: Services, file_place: FilePlace, tmp_path: Path) -> None:
    make_backup(elsewhere, tmp_path / "backup")
    publish(elsewhere, {"case-studies/beispielstadt-mitfahrbank/bank.png": b"<svg>sp\xc3\xa4ter</svg>"})
    elsewhere.catalogue.catch_up()
    before = file_place.store().sizes()
    elsewhere.close()
    restored(tmp_path / "backup", tmp_path / "there", **file_place.settings)
    there = Services(settings_of(tmp_path / "there", **file_place.settings))
    there.catalogue.catch_up()
    assert before.items() <= file_place.store().sizes().items()
    there.close()


def test_no_backup_is_whole_where_nobody_said_where_files_lie(net: Net, tmp_path: Path) -> None:
    a = net.node("a")
    attach(a, record_id(1), {f"{number}.csv": f"Zeile {number}".encode() for number in range(6)})
    (tmp_path / "shared").mkdir()
    node = net.node("s", files=tmp_path / "shared")
    node.follow(a)
    node.harvest(a)
    assert len(make_backup(node.services, tmp_path / "backup").files) > 6
    # The command is called without a variable that stands in the unit of the site.
    node.services.close()
    forgetful = net.open("s")
    with pytest.raises(StoreUnreachable, match="most_gone"):
        make_backup(forgetful.services, tmp_path / "backup")
    assert len(list((tmp_path / "backup" / "files").glob("??/*"))) == 6


def test_an_unreachable_place_spares_older_backups(elsewhere: Services, file_place: FilePlace, tmp_path: Path) -> None:
    make_backup(elsewhere, tmp_path / "backup")
    before = Manifest.read(tmp_path / "backup")
    with file_place.away(), pytest.raises((OSError, StoreUnreachable)):
        make_backup(elsewhere, tmp_path / "backup")
    assert Manifest.read(tmp_path / "backup") == before
    before.check(tmp_path / "backup")
    elsewhere.close()


def test_what_is_called_whole_is_on_the_disk(node: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: set[int] = set()
    sync = os.fsync

    def noted(handle: int) -> None:
        written.add(os.fstat(handle).st_ino)
        sync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    made = make_backup(node, tmp_path / "backup")
    copied = [tmp_path / "backup" / name for name in made.files if name.startswith("data/")]
    assert {file.stat().st_ino for file in copied} <= written
