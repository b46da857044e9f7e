"""Signatures of commits; git and ssh-keygen judge them."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.records.commits import CommitNote, KeyUnreadable, signature
from app.records.repository import ContentRepository


@pytest.mark.parametrize("parents", [0, 1])
def test_a_commit_is_byte_by_byte_what_git_would_have_signed(repository: ContentRepository, parents: int) -> None:
    head, at = repository.head(), datetime(2026, 4, 1, 8, 30, tzinfo=UTC)
    note = CommitNote(author="u-7f3a", message="Größer", trailers=[("Reviewed-by", "u-1")])
    mine = repository.commits.commit(repository.tree_of(head), parents=[head] * parents, note=note, at=at)
    people = {
        f"GIT_{role}_{what}": value
        for role, name in (("AUTHOR", "u-7f3a"), ("COMMITTER", "node"))
        for what, value in (
            ("NAME", name),
            ("EMAIL", f"{name}@users.node.invalid"),
            ("DATE", f"{int(at.timestamp())} +0000"),
        )
    }
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
