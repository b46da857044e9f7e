from pathlib import Path

import pytest

from app.records.integrity import Damage, damaged_objects, unverified_commits
from app.records.repository import MAIN, ContentRepository

ULM = "case-studies/ulm"


def loose_file(repository: ContentRepository, name: str) -> Path:
    oid = repository.reader.resolve(name)
    path = repository.git.git_dir / "objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    return path


def append_commit(repository: ContentRepository, raw: bytes) -> str:
    """Put a commit object on top of main as it is, past everything that checks."""
    commit = repository.git.run("hash-object", "-t", "commit", "-w", "--stdin", stdin=raw).line
    repository.commits.move(MAIN, commit, expected=repository.head(), reason="test")
    return commit


def test_a_sound_repository_gives_no_findings(repository: ContentRepository) -> None:
    repository.write({f"{ULM}/index.md": b"second"}, message="Edit", author="u-1", expected_head=repository.head())
    assert damaged_objects(repository) == ()
    assert unverified_commits(repository) == ()
    repository.git.run("gc", "--quiet")
    repository.maintain()
    assert damaged_objects(repository) == ()


def test_an_empty_repository_gives_no_findings(empty: ContentRepository) -> None:
    assert unverified_commits(empty) == ()


@pytest.mark.parametrize("name", [f"{ULM}/index.md", f"{ULM}/karte.png", ULM])
def test_a_damaged_object_is_found(repository: ContentRepository, name: str) -> None:
    path = loose_file(repository, f"{repository.head()}:{name}")
    path.write_bytes(b"\0" * 20)
    findings = damaged_objects(repository)
    assert findings
    assert {finding.damage for finding in findings} == {Damage.CORRUPT}
    assert path.parent.name + path.name in {finding.object_id for finding in findings}


def test_a_missing_object_is_found(repository: ContentRepository) -> None:
    path = loose_file(repository, f"{repository.head()}:{ULM}/index.md")
    path.unlink()
    assert path.parent.name + path.name in {finding.object_id for finding in damaged_objects(repository)}


def test_an_unsigned_commit_is_found(repository: ContentRepository) -> None:
    tree = repository.tree_of(repository.head())
    person = "X <x@users.node.invalid> 1772355600 +0000"
    text = f"tree {tree}\nparent {repository.head()}\nauthor {person}\ncommitter {person}\n\nUnsigned\n"
    commit = append_commit(repository, text.encode())
    assert [(f.damage, f.object_id) for f in unverified_commits(repository)] == [(Damage.UNSIGNED, commit)]


def test_a_commit_changed_after_signing_is_found(repository: ContentRepository) -> None:
    repository.write({f"{ULM}/index.md": b"second"}, message="Edit", author="u-1", expected_head=repository.head())
    raw = repository.reader.read(repository.head()).data
    forged = append_commit(repository, raw.replace(b"\n\nEdit", b"\n\nForged"))
    assert forged in {f.object_id for f in unverified_commits(repository) if f.damage is Damage.BAD_SIGNATURE}


def test_a_commit_by_an_unknown_key_is_found(repository: ContentRepository) -> None:
    signers = repository._key.allowed_signers
    signers.unlink()
    repository._key.path.unlink()
    repository.create()
    findings = unverified_commits(repository)
    assert [(f.damage, f.object_id) for f in findings] == [(Damage.BAD_SIGNATURE, repository.head())]
