import hashlib
import os
import shutil
import stat
import subprocess
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.documents.limits import FILE_LIMIT
from app.records.commits import EditConflict, UnsafeCommit
from app.records.git.bare_repository import ORPHAN_SECONDS
from app.records.git.errors import GitFailed, ObjectMissing
from app.records.paths import FileTooLarge, UnsafePath
from app.records.record import StoredFile
from app.records.repository import ContentRepository, NotInitialised
from tests.functional.records.conftest import Open

ULM = "case-studies/ulm"


def edit(repository: ContentRepository, path: str, content: bytes | None, **more: str) -> str:
    return repository.write(
        {path: content}, message="Edit", author="u-7f3a", expected_head=more.get("head") or repository.head()
    )


def plain_git(repository: ContentRepository, *arguments: str) -> subprocess.CompletedProcess[str]:
    argv = ["git", f"--git-dir={repository.git.git_dir}", *arguments]
    return subprocess.run(argv, capture_output=True, text=True, check=False)


def test_a_repository_without_content_says_so(empty: ContentRepository, open_repository: Open) -> None:
    with pytest.raises(NotInitialised):
        empty.head()
    shutil.rmtree(empty.git.git_dir)
    with pytest.raises(NotInitialised):
        open_repository().head()


def test_moving_the_node_keeps_commits_verifiable(repository: ContentRepository, tmp_path: Path) -> None:
    repository.close()
    (tmp_path / "node").rename(tmp_path / "moved")
    moved = ContentRepository(
        tmp_path / "moved" / "content.git",
        plurals=("case-studies",),
        key=type(repository._key)(tmp_path / "moved" / "keys"),
        clock=lambda: datetime(2026, 5, 1, tzinfo=UTC),
    )
    moved.create()
    assert plain_git(moved, "verify-commit", moved.head()).returncode == 0
    moved.close()


def test_commits_by_a_replaced_key_still_verify(repository: ContentRepository) -> None:
    old = repository.head()
    repository._key.path.unlink()
    repository.create()
    new = edit(repository, f"{ULM}/index.md", b"second\n")
    assert plain_git(repository, "verify-commit", old).returncode == 0
    assert plain_git(repository, "verify-commit", new).returncode == 0


def test_a_lock_that_a_killed_git_left_is_no_lost_race(repository: ContentRepository) -> None:
    (repository.git.git_dir / "refs" / "heads" / "main.lock").touch()
    with pytest.raises(GitFailed) as caught:
        edit(repository, f"{ULM}/index.md", b"second\n")
    assert "main.lock" in caught.value.stderr


def left_long_ago(lock: Path) -> None:
    """Make a lock that is so old that nobody has to wait whether its holder still works."""
    lock.touch()
    then = time.time() - ORPHAN_SECONDS
    os.utime(lock, (then, then))


def test_a_start_and_daily_work_remove_what_a_killed_git_left(repository: ContentRepository) -> None:
    left = ("refs/heads/main.lock", "packed-refs.lock", "HEAD.lock", "config.lock", "logs/refs/heads/main.lock")
    locks = [repository.git.git_dir / name for name in left]
    for cleaning in (repository.create, repository.maintain):
        for lock in locks:
            left_long_ago(lock)
        cleaning()
        assert not [lock for lock in locks if lock.exists()]
    edit(repository, f"{ULM}/index.md", b"second\n")


def test_a_lock_whose_holder_still_works_is_left_to_it(repository: ContentRepository, tmp_path: Path) -> None:
    lock = repository.git.git_dir / "refs" / "heads" / "main.lock"
    lock.touch()
    threading.Timer(0.5, lambda: lock.rename(tmp_path / "done")).start()
    repository.create()
    assert (tmp_path / "done").exists()


def test_nothing_is_removed_while_somebody_writes(repository: ContentRepository) -> None:
    lock = repository.git.git_dir / "refs" / "proposals.lock"
    left_long_ago(lock)
    with repository.exclusive("review"):
        starting = threading.Thread(target=repository.create)
        starting.start()
        starting.join(timeout=1)
        assert lock.exists()
    starting.join()
    assert not lock.exists()


def test_the_commit_key_is_readable_by_its_owner_only(repository: ContentRepository) -> None:
    assert stat.S_IMODE(repository._key.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(repository._key.path.parent.stat().st_mode) == 0o700


def test_a_folder_has_text_and_hashed_files(repository: ContentRepository) -> None:
    folder = repository.folder(ULM, repository.head())
    data = b"\x89PNG map"
    assert folder.text == b"first ulm\n"
    assert folder.files == (StoredFile(name="karte.png", size=len(data), sha256=hashlib.sha256(data).hexdigest()),)
    assert repository.file(ULM, "karte.png", repository.head()) == data


def test_records_and_vocabularies_are_listed(repository: ContentRepository) -> None:
    assert repository.list_paths() == ("case-studies/nottuln", ULM)
    assert repository.vocabulary_names() == ("topics",)
    assert repository.vocabulary("topics") == b"id: topics\n"


def test_a_new_picture_makes_a_new_version_of_its_record_only(repository: ContentRepository) -> None:
    edit(repository, f"{ULM}/foto.jpg", b"jpeg")
    assert [version.ver for version in repository.versions(ULM)] == [1, 2]
    assert [version.ver for version in repository.versions("case-studies/nottuln")] == [1]


def test_the_last_file_leaves_no_folder(repository: ContentRepository) -> None:
    head = edit(repository, "case-studies/nottuln/index.md", None)
    assert repository.list_paths() == (ULM,)
    with pytest.raises(ObjectMissing):
        repository.folder("case-studies/nottuln", head)
    assert len(repository.versions("case-studies/nottuln")) == 2


def test_writing_what_is_there_makes_no_commit(repository: ContentRepository) -> None:
    head = repository.head()
    assert edit(repository, f"{ULM}/index.md", b"first ulm\n") == head


def test_a_lost_race_is_a_conflict(repository: ContentRepository) -> None:
    base = repository.head()
    edit(repository, f"{ULM}/index.md", b"faster\n")
    with pytest.raises(EditConflict) as caught:
        edit(repository, f"{ULM}/index.md", b"slower\n", head=base)
    assert caught.value.expected == base
    assert repository.folder(ULM, repository.head()).text == b"faster\n"


def test_a_ref_moves_only_from_where_it_was_expected(repository: ContentRepository) -> None:
    first = repository.head()
    second = edit(repository, f"{ULM}/index.md", b"second\n")
    with pytest.raises(EditConflict):
        repository.commits.move("refs/heads/main", first, expected=first, reason="test")
    with pytest.raises(EditConflict):
        repository.commits.move("refs/heads/main", first, expected=None, reason="test")
    assert repository.head() == second


def test_a_commit_carries_pseudonym_message_trailers_and_the_clocks_time(repository: ContentRepository) -> None:
    commit = repository.write(
        {f"{ULM}/index.md": b"second\n"},
        message="Zweite Fassung – „geprüft“",
        author="u-7f3a",
        expected_head=repository.head(),
        trailers=[("Proposal", "12"), ("Reviewed-by", "u-11"), ("Reviewed-by", "u-12")],
    )
    shown = plain_git(repository, "log", "-1", "--format=%an|%ae|%cn|%s|%(trailers:unfold,separator=%x3B)", commit)
    assert shown.stdout.strip() == (
        "u-7f3a|u-7f3a@users.node.invalid|node|Zweite Fassung – „geprüft“|"
        "Proposal: 12;Reviewed-by: u-11;Reviewed-by: u-12"
    )
    assert repository.versions(ULM)[-1].at.year == 2026


def test_an_author_is_a_pseudonym(repository: ContentRepository) -> None:
    head = repository.head()
    for author in ("", "Erika Muster", "a@b.example", "u\nx", "-x"):
        with pytest.raises(UnsafeCommit):
            repository.write({f"{ULM}/index.md": b"x"}, message="Edit", author=author, expected_head=head)


def test_a_message_cannot_forge_trailers(repository: ContentRepository) -> None:
    head, changes = repository.head(), {f"{ULM}/index.md": b"x"}
    hostile = [("", []), ("a\nReviewed-by: x", []), ("a", [("Version", "1\nX: y")]), ("a", [("bad key", "1")])]
    for message, trailers in hostile:
        with pytest.raises(UnsafeCommit):
            repository.write(changes, message=message, author="u-1", expected_head=head, trailers=trailers)
    assert repository.head() == head


def test_a_file_above_the_limit_is_refused(repository: ContentRepository) -> None:
    with pytest.raises(FileTooLarge):
        edit(repository, f"{ULM}/film.mp4", bytes(FILE_LIMIT + 1))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.text(max_size=40) | st.sampled_from(["../x", "case-studies/../x/a", "case-studies/ulm/.git"]))
def test_no_wild_path_reaches_git(repository: ContentRepository, path: str) -> None:
    head = repository.head()
    with pytest.raises(UnsafePath):
        edit(repository, path, b"x", head=head)
    with pytest.raises(UnsafePath):
        repository.folder(path, head)
    with pytest.raises((UnsafePath, ObjectMissing)):
        repository.file(ULM, path, head)
    with pytest.raises((UnsafePath, ObjectMissing)):
        repository.vocabulary(path)
    with pytest.raises(ObjectMissing):
        repository.folder(ULM, path)


def test_links_and_submodules_in_a_tree_are_not_followed(repository: ContentRepository) -> None:
    blob = repository.git.run("hash-object", "-w", "--stdin", stdin=b"/etc/passwd").line
    entries = f"120000 blob {blob}\tindex.md\n160000 commit {repository.head()}\tmodule\n100644 blob {blob}\ta.txt\n"
    folder = repository.git.run("mktree", "--missing", stdin=entries.encode()).line
    plural = repository.git.run("mktree", stdin=f"040000 tree {folder}\tbad\n".encode()).line
    root = repository.git.run("mktree", stdin=f"040000 tree {plural}\tcase-studies\n".encode()).line
    with pytest.raises(ObjectMissing):
        repository.folder("case-studies/bad", root)
    assert repository.file("case-studies/bad", "a.txt", root) == b"/etc/passwd"
    with pytest.raises(ObjectMissing):
        repository.file("case-studies/bad", "index.md", root)


def test_maintenance_keeps_everything_readable(repository: ContentRepository) -> None:
    edit(repository, f"{ULM}/index.md", b"second\n")
    repository.maintain()
    assert repository.folder(ULM, repository.versions(ULM)[0].commit).text == b"first ulm\n"
    assert (repository.git.git_dir / "objects" / "info" / "commit-graphs").is_dir()


def test_reading_survives_a_full_repack_by_another_process(repository: ContentRepository) -> None:
    repository.folder(ULM, repository.head())
    assert plain_git(repository, "gc", "--prune=now", "--quiet").returncode == 0
    edit(repository, f"{ULM}/index.md", b"second\n")
    assert repository.folder(ULM, repository.head()).text == b"second\n"
    assert repository.folder("case-studies/nottuln", repository.head()).text == b"first nottuln\n"


def test_the_users_git_configuration_has_no_say(repository: ContentRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"GIT_DIR": "/nowhere", "GIT_AUTHOR_NAME": "Wrong", "GIT_CONFIG_PARAMETERS": "broken"}.items():
        monkeypatch.setenv(name, value)
    repository.close()
    commit = edit(repository, f"{ULM}/index.md", b"second\n")
    for name in ("GIT_DIR", "GIT_AUTHOR_NAME", "GIT_CONFIG_PARAMETERS"):
        monkeypatch.delenv(name)
    assert plain_git(repository, "log", "-1", "--format=%an", commit).stdout.strip() == "u-7f3a"
    assert "GIT_DIR" not in os.environ
