"""Which folder a backup takes, and what it is between its beginning and its end."""

import threading
from pathlib import Path

import pytest

from app.records.copying import copy_repository
from app.records.repository import ContentRepository
from app.wiring import Services
from app.wiring import backup as making
from app.wiring.backup import HOLDS_OTHERS, BackupFolderTaken, BackupRunning, make_backup
from app.wiring.backup_manifest import Manifest, NoBackup
from tests.functional.wiring.conftest import restored


def names(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()}


def test_a_folder_that_only_looks_like_a_backup_is_refused_and_left_as_it_is(node: Services, tmp_path: Path) -> None:
    letter = tmp_path / "other" / "data" / "letter.txt"
    letter.parent.mkdir(parents=True)
    letter.write_text("x", encoding="utf-8")
    for marker in (None, "{}", '{"name": "another program"}', "no json", "[]"):
        if marker is not None:
            (tmp_path / "other" / "backup.json").write_text(marker, encoding="utf-8")
            (tmp_path / "other" / "backup.json.part").write_text(marker, encoding="utf-8")
        before = names(tmp_path / "other")
        with pytest.raises(BackupFolderTaken) as refused:
            make_backup(node, tmp_path / "other")
        assert refused.value.reason == HOLDS_OTHERS
        assert (letter.read_text(encoding="utf-8"), names(tmp_path / "other")) == ("x", before)


def test_an_empty_folder_one_a_crash_left_so_and_one_with_the_marker_are_taken(node: Services, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    backup.mkdir()
    for _ in range(2):
        make_backup(node, backup)
        assert {name for name in names(backup) if name.startswith("backup.json")} == {"backup.json"}
    # Of a crash before the first marker.
    (tmp_path / "begun").mkdir()
    (tmp_path / "begun" / "backup.lock").touch()
    (tmp_path / "begun" / "backup.json.new").write_text('{"fo', encoding="utf-8")
    make_backup(node, tmp_path / "begun")
    assert "backup.json.new" not in names(tmp_path / "begun")


def test_an_interrupted_backup_leaves_a_marker(node: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backup = tmp_path / "backup"

    def crash(_repository: ContentRepository, _folder: Path) -> None:
        assert {"backup.json", "backup.json.part"} & names(backup) == {"backup.json.part"}
        raise OSError("the disk is full")

    for _ in range(2):
        with monkeypatch.context() as patched:
            patched.setattr(making, "copy_repository", crash)
            with pytest.raises(OSError, match="the disk is full"):
                make_backup(node, backup)
        with pytest.raises(NoBackup):
            restored(backup, tmp_path / "there")
        for left in ("node.sqlite.part", "data/node.env.part", "outside/0-old.part"):
            (backup / left).parent.mkdir(exist_ok=True)
            (backup / left).write_text("half", encoding="utf-8")
        make_backup(node, backup)
        assert [name for name in Manifest.read(backup).files if name.endswith(".part")] == []
        assert list(backup.rglob("*.part")) == []
    restored(backup, tmp_path / "there")


def test_a_second_backup_is_told_that_one_runs(node: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    within, over = threading.Event(), threading.Event()

    def slow(repository: ContentRepository, folder: Path) -> None:
        within.set()
        assert over.wait(60)
        copy_repository(repository, folder)

    monkeypatch.setattr(making, "copy_repository", slow)
    first = threading.Thread(target=make_backup, args=(node, tmp_path / "backup"))
    first.start()
    try:
        assert within.wait(60)
        with pytest.raises(BackupRunning):
            make_backup(node, tmp_path / "backup")
    finally:
        over.set()
        first.join(timeout=60)
    assert Manifest.read(tmp_path / "backup").files
    make_backup(node, tmp_path / "backup")
