"""Objects that the node stores itself; git judges them."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.records.git.objects import ObjectStore
from app.records.git.trees import TreeChange, TreeEntry, build_tree, parse_tree
from app.records.repository import ContentRepository


def files(repository: ContentRepository) -> list[Path]:
    return [path for path in (repository.git.git_dir / "objects").glob("??/*") if path.is_file()]


FOLDERS = st.lists(st.sampled_from(["ulm", "ulm-2", "ulm.b", "ulm0"]), min_size=1, max_size=2).map("/".join)
FILES = st.builds("{}/{}".format, FOLDERS, st.sampled_from(["index.md", "ulm.png"])) | st.just("a.md")
WRITTEN = st.tuples(FILES, st.sampled_from([b"", b"one\n", b"two\n"]))
CHANGES = st.lists(WRITTEN | st.tuples(FILES | FOLDERS, st.none()), max_size=8)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(before=CHANGES, changes=CHANGES)
def test_a_tree_is_that_of_fast_import(
    repository: ContentRepository, before: list[TreeChange], changes: list[TreeChange]
) -> None:
    base = repository.git.run("rev-parse", "HEAD").line
    start = build_tree(repository.git, before, base=base)
    commit = repository.git.run(
        "-c", "user.name=n", "-c", "user.email=n@localhost", "commit-tree", start, stdin=b""
    ).line
    assert repository.changed_tree(changes, base=commit) == build_tree(repository.git, changes, base=commit)


def test_git_finds_nothing_wrong_with_what_was_stored(repository: ContentRepository) -> None:
    changes = {"case-studies/neu/index.md": b"new\n", "case-studies/ulm/karte.png": None}
    head = repository.write(changes, message="Edit", author="u-7f3a", expected_head=repository.head())
    assert repository.git.run("fsck", "--strict", "--full", "--no-dangling", head).out == b""
    assert repository.file("case-studies/neu", "index.md", head) == b"new\n"


def test_what_is_there_already_is_kept_and_is_new_for_garbage_collection(repository: ContentRepository) -> None:
    store = ObjectStore(repository.git)
    oid = store.write("blob", b"one\n")
    path = repository.git.git_dir / "objects" / oid[:2] / oid[2:]
    present, before = files(repository), time.time() - 3600
    os.utime(path, (before, before))
    assert store.write("blob", b"one\n") == oid
    assert files(repository) == present
    assert path.stat().st_mtime > before + 1800
    assert not stat.S_IMODE(path.stat().st_mode) & 0o222


def test_an_object_is_on_the_disk_before_it_has_its_name(
    repository: ContentRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    present = set(files(repository))

    def full(_descriptor: int) -> NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        ObjectStore(repository.git).write("blob", b"never seen\n")
    assert set(files(repository)) == present


def test_an_object_of_another_user_is_stored_anew(
    repository: ContentRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ObjectStore(repository.git)
    oid = store.write("blob", b"theirs")

    def theirs(_path: Path) -> NoReturn:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "utime", theirs)
    assert store.write("blob", b"theirs") == oid
    assert repository.reader.read(oid).data == b"theirs"


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0/"), min_size=1)
ENTRIES = st.builds(
    TreeEntry,
    NAMES,
    st.sampled_from(["100644", "100755", "40000", "120000", "160000"]),
    st.binary(min_size=20, max_size=20).map(bytes.hex),
)


@given(entries=st.lists(ENTRIES, max_size=8))
def test_every_entry_comes_back(entries: list[TreeEntry]) -> None:
    wire = b"".join(f"{e.mode} {e.name}".encode() + b"\0" + bytes.fromhex(e.oid) for e in entries)
    assert parse_tree(wire) == tuple(entries)
