"""Names that others choose (of what is pushed to, of files, of branches on a forge) are never options or commands."""

import hashlib
from pathlib import Path

import pytest
import requests

from app.identity import Person
from app.review.by_git.mirror import MirrorService
from tests.functional.git.conftest import Answer, Checkout, Site
from tests.functional.git.test_mirror import CASE, Remote, desk, mirror, remote, write
from tests.functional.git.test_push import edit, proposals, push

__all__ = ["desk", "mirror", "remote"]

MARKER = "angelegt"
"""A file that would exist if one of the names had been taken for an option or a command."""
NAMES = (
    "--output={marker}", "--upload-pack=touch${{IFS}}{marker}", "$(touch${{IFS}}{marker})", "a;touch${{IFS}}{marker};",
    "--end-of-options", "-", "refs/heads/main", "%00", "'\"><script>alert(1)</script>", "größer\N{LINE SEPARATOR}main",
)  # fmt: skip
RAW = (
    b"refs/for/main/../../heads/main", b"refs/for/main\nrefs/heads/main", b"refs/for/main/ refs/heads/main",
    b"refs/for/main/\xff\xfe", b"refs/for/main/.git/hooks/proc-receive", b"refs/for/main//x", b"refs/for/mainx",
    b"--output=angelegt", b"HEAD", b"../../../main",
)  # fmt: skip
"""Names that git refuses to send, as a program of somebody's own would send them."""
PATHS = (
    "case-studies/--output={marker}", "case-studies/--help/index.md", "case-studies/$(touch angelegt)/index.md",
    "case-studies/beispielkreis-starkregen/--output=angelegt.png",
    "case-studies/beispielkreis-starkregen/a;touch angelegt;.txt",
    "case-studies/beispielkreis-starkregen/a\n100644 blob x\tindex.md", ":/case-studies/a", "case-studies/*/index.md",
)  # fmt: skip


@pytest.fixture
def marker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the file would be; the node runs in its folder too."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / MARKER


def named(pattern: str, marker: Path) -> str:
    return pattern.format(marker=marker)


def untouched(site: Site, before: str, marker: Path) -> bool:
    refs = site.services.public_copy.inbox.run("for-each-ref").out
    return not marker.exists() and refs == b"" and site.services.repository.head() == before


def test_refs_to_push_to_are_only_names(site: Site, clone: Checkout, author: Person, secret: str, marker: Path) -> None:
    before = site.services.repository.head()
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    for pattern in NAMES:
        answer = push(clone, site, secret, f"refs/for/main/{named(pattern, marker)}")
        assert answer.status != 0, pattern
        assert "remote: Kein" in answer.said or "remote: Diesen Vorschlag" in answer.said, answer.said
    assert push(clone, site, secret, f"refs/heads/{named(NAMES[0], marker)}").status != 0
    assert proposals(site, author) == []
    assert untouched(site, before, marker)


def packet(line: bytes) -> bytes:
    return b"%04x" % (len(line) + 4) + line


def test_names_that_git_would_not_send_are_refused(site: Site, author: Person, secret: str, marker: Path) -> None:
    before = site.services.repository.head()
    shown = site.services.public_copy.refresh()
    pack = b"PACK\0\0\0\2\0\0\0\0"
    for ref in RAW:
        command = packet(b"0" * 40 + b" " + shown.encode() + b" " + ref + b"\0report-status")
        answer = requests.post(
            f"{site.url(secret)}/git-receive-pack",
            data=command + b"0000" + pack + hashlib.sha1(pack, usedforsecurity=False).digest(),
            headers={"Content-Type": "application/x-git-receive-pack-request"},
            timeout=60,
        )
        assert answer.status_code < 500
        assert b"ok " + ref not in answer.content
    assert proposals(site, author) == []
    assert untouched(site, before, marker)


def with_file(clone: Checkout, path: str) -> None:
    """Commit a file of this name without writing it to the disk."""
    content = clone.git("hash-object", "-w", "--stdin", given="Inhalt").said.strip()
    added = clone.git(
        "-c", "core.protectNTFS=false", "update-index", "--add", "--cacheinfo", f"100644,{content},{path}"
    )
    assert added.status == 0, added.said
    assert clone.git("commit", "--quiet", "--message", "Neuer Name").status == 0


def refused_for(answer: Answer) -> bool:
    return answer.status != 0 and "remote: " in answer.said and "Traceback" not in answer.said


def test_names_of_files_are_only_names(site: Site, clone: Checkout, author: Person, secret: str, marker: Path) -> None:
    before = site.services.repository.head()
    for pattern in PATHS:
        with_file(clone, named(pattern, marker))
        answer = push(clone, site, secret)
        assert refused_for(answer), (pattern, answer.said)
        assert clone.git("reset", "--quiet", "--soft", "HEAD~1").status == 0
        assert clone.git("read-tree", "HEAD").status == 0
    assert proposals(site, author) == []
    assert untouched(site, before, marker)


def test_names_of_branches_are_only_names(mirror: MirrorService, desk: Checkout, remote: Remote, marker: Path) -> None:
    write(desk, "jetzt früher", "nun früher")
    commit = remote.git.run("rev-parse", "bessere-angabe").line
    names = [named(pattern, marker) for pattern in NAMES]
    for name in names:
        remote.git.run("update-ref", "--end-of-options", f"refs/heads/{name}", commit)
    report = mirror.run()
    (proposal,) = {one.proposals for one in report.branches if one.proposals}
    assert len(proposal) == 1
    assert not marker.exists()
    assert remote.git.run("rev-parse", "main").line == report.commit
    assert remote.git.run("show", f"main:{CASE}").out.count(b"nun fr") == 0
    # Whatever its name, the branch is looked at and named as it is.
    write(desk, "schema: case-study/1", "schema: case-study/1\nerfunden: 3")
    broken = remote.git.run("rev-parse", "bessere-angabe").line
    for name in names:
        remote.git.run("update-ref", "--end-of-options", f"refs/heads/{name}", broken)
    assert {one.branch for one in mirror.run().branches if one.refused} == {"bessere-angabe", *names}
