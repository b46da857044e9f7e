"""Objects that the node stores itself; git judges them."""

import os
import stat
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.records.commits import CommitNote, KeyUnreadable, signature
from app.records.git.bare_repository import ensure_bare
from app.records.git.command import Git
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


def test_an_object_is_on_disk_before_its_name(repository: ContentRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    present = set(files(repository))

    def full(_descriptor: int) -> NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        ObjectStore(repository.git).write("blob", b"never seen\n")
    assert set(files(repository)) == present


def test_an_object_of_somebody_else_is_stored(repository: ContentRepository, monkeypatch: pytest.MonkeyPatch) -> None:
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


@pytest.mark.parametrize("parents", [0, 1])
def test_a_commit_is_byte_by_byte_what_git_would_have_signed(repository: ContentRepository, parents: int) -> None:
    head, at = repository.head(), datetime(2026, 4, 1, 8, 30, tzinfo=UTC)
    note = CommitNote(author="u-7f3a", message="Größer", trailers=[("Reviewed-by", "u-1")])
    mine = repository.commits.commit(repository.tree_of(head), parents=[head] * parents, note=note, at=at)
    people = {
        f"GIT_{role}_{what}": value
        for role, name in (("AUTHOR", "u-7f3a"), ("COMMITTER", "node"))
        for what, value in (
            ("NAME", name), ("EMAIL", f"{name}@users.node.invalid"), ("DATE", f"{int(at.timestamp())} +0000"),
        )
    }  # fmt: skip
    argv = ["commit-tree", "-S", *(option for _ in range(parents) for option in ("-p", head))]
    theirs = repository.git.run(*argv, "-F", "-", f"{head}^{{tree}}", stdin=note.text(), env=people).line
    assert mine == theirs
    assert repository.git.run("verify-commit", mine).status == 0


@pytest.mark.parametrize("kind", ["rsa", "ed25519 with a passphrase", "none", "rubbish"])
def test_a_key_that_cannot_sign_says_so(tmp_path: Path, kind: str) -> None:
    key = tmp_path / "key"
    if kind == "rubbish":
        key.write_text("rubbish")
    elif kind != "none":
        passphrase = "secret" if "passphrase" in kind else ""
        command = ["ssh-keygen", "-q", "-t", kind.partition(" ")[0], "-N", passphrase, "-f", str(key)]
        subprocess.run(command, check=True)
    with pytest.raises(KeyUnreadable):
        signature(b"text", key)


SETTINGS = {
    "core.logAllRefUpdates": "always",
    "user.signingKey": '/srv/Müller & "Söhne" \\ #1; ',
    "gpg.ssh.allowedSignersFile": "/srv/with a\nline",
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What git is asked for by processes of their own, besides making the repository."""
    seen: list[str] = []
    run = Git.run

    def watched(git: Git, *arguments: str, **options: Any) -> Any:
        seen.append(" ".join(arguments[:2]))
        return run(git, *arguments, **options)

    monkeypatch.setattr(Git, "run", watched)
    return seen


def settings_of(git: Git) -> dict[str, str]:
    return {name: git.run("config", "-z", "--get", name).out.decode().rstrip("\0") for name in SETTINGS}


def test_a_new_repository_has_its_settings_from_the_start(tmp_path: Path, asked: list[str]) -> None:
    git = Git(tmp_path / "content.git")
    ensure_bare(git, SETTINGS)
    assert asked == ["config --local"], "no process for each of them"
    assert settings_of(git) == SETTINGS
    assert git.run("rev-parse", "--is-bare-repository").out == b"true\n"
    assert not list(git.git_dir.glob("hooks/*"))


def test_a_setting_that_changed_is_set_alone(tmp_path: Path, asked: list[str]) -> None:
    git = Git(tmp_path / "content.git")
    ensure_bare(git, SETTINGS)
    asked.clear()
    ensure_bare(git, {**SETTINGS, "user.signingKey": "/elsewhere"})
    assert asked == ["config --local", "config --replace-all"]
    assert settings_of(git) == {**SETTINGS, "user.signingKey": "/elsewhere"}
