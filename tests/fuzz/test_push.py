"""Whatever is pushed is taken as it is or refused in words; what is published stays, and the next push is answered."""

import hashlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from hypothesis import strategies as st

from app.identity import Person
from app.wiring import Services
from tests.functional.git.conftest import Checkout, Site, author, clone, secret, served
from tests.functional.git.test_hostile_names import packet
from tests.functional.git.test_push import CASE, CONCEPT, edit, push
from tests.fuzz.fuzzing import fuzz, mutated
from tests.fuzz.test_front_matter import SCRAPS as FRONT_SCRAPS
from tests.unit.documents.cleaning.office_files import photo
from tests.webnode.node import make_node

__all__ = ["author", "clone", "secret"]
SCRAPS = [
    b"0000", b"0001", b"0002", b"0003", b"0004", b"fff0", b"ffff", b"zzzz", b"-001", b"\0", b"report-status",
    b"push-options", b"atomic", b"PACK\0\0\0\2", b"\xff" * 4, b"0" * 40, b"f" * 40, b"refs/for/main",
    b"refs/heads/main", b"../", b"shallow ", b"push-cert", b"\n", b" ", b"x\x9c\x03\0\0\0\0\1",
]  # fmt: skip
NAMES = [
    CASE, CONCEPT, "case-studies/neu/index.md", "case-studies/beispielkreis-starkregen/a.png",
    "vocabularies/topics.yaml", "README.md", "case-studies/beispielkreis-starkregen/en.md", "concepts/aux/index.md",
    "Case-Studies/beispielkreis-starkregen/index.md", "case-studies/beispielkreis-starkregen/\u202egnp.a",
    "case-studies/" + "x" * 300 + "/index.md",
]  # fmt: skip
MODES = ["100644", "100644", "100644", "100755", "120000", "160000"]


@dataclass(frozen=True)
class Desk:
    """Somebody who pushes what no git of theirs would make."""

    site: Site
    clone: Checkout
    author: Person
    secret: str

    @property
    def services(self) -> Services:
        return self.site.services

    def made(self, *arguments: str, given: bytes = b"") -> bytes:
        """Run git in the clone; what it refuses comes back empty."""
        done = subprocess.run(
            ["git", "-c", "user.name=b", "-c", "user.email=b@example.org", *arguments],
            cwd=self.clone.folder, input=given, capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        return done.stdout.strip() if done.returncode == 0 else b""

    def taken(self) -> set[str]:
        """Return the SHA-256 of the texts of all proposals, and the names of files beside them, which are cleaned."""
        review = self.services.review
        newest = [
            review.proposals.view(item.proposal.id, self.author).newest for item in review.queue.mine(self.author)
        ]
        texts = {hashlib.sha256(one.text or b"").hexdigest() for one in newest}
        return texts | {file.name for one in newest for file in one.files}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A node that takes any number of proposals."""
    with served(make_node(tmp_path, proposals_per_hour=10_000)) as site:
        yield site


@pytest.fixture
def desk(site: Site, clone: Checkout, author: Person, secret: str) -> Desk:
    return Desk(site, clone, author, secret)


def unharmed(desk: Desk, head: str) -> None:
    assert desk.services.repository.head() == head
    assert desk.services.public_copy.inbox.run("for-each-ref").out == b""


def still_answers(desk: Desk) -> None:
    """A sound push is taken after all that."""
    assert desk.clone.git("reset", "--hard", "--quiet", "origin/HEAD").status == 0
    edit(desk.clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt am Ende eher")
    answer = push(desk.clone, desk.site, desk.secret)
    assert answer.status == 0, answer.said


def test_damaged_requests(desk: Desk) -> None:
    edit(desk.clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    head = desk.services.repository.head()
    shown = desk.services.public_copy.refresh()
    new = desk.made("rev-parse", "HEAD")
    pack = desk.made("pack-objects", "--revs", "--stdout", "--thin", "-q", given=new + b"\n^" + shown.encode() + b"\n")
    command = packet(b"0" * 40 + b" " + new + b" refs/for/main\0 report-status side-band-64k") + b"0000"
    desk_url = f"{desk.site.url(desk.secret)}/git-receive-pack"

    def check(given: tuple[bytes, bytes, bool]) -> None:
        start, packed, summed = given
        if summed:
            packed = packed[:-20] + hashlib.sha1(packed[:-20], usedforsecurity=False).digest()
        headers = {"Content-Type": "application/x-git-receive-pack-request"}
        answer = requests.post(desk_url, data=start + packed, headers=headers, timeout=60)
        assert answer.status_code < 500, answer.status_code
        unharmed(desk, head)

    whole = st.just(command), st.just(pack)
    damaged = mutated([command], SCRAPS), mutated([pack], SCRAPS)
    fuzz(st.tuples(whole[0] | damaged[0], damaged[1] | whole[1], st.booleans()), check, of=2, few=5)
    still_answers(desk)


def test_commits_of_any_content(desk: Desk) -> None:
    head = desk.services.repository.head()
    base = desk.made("rev-parse", "HEAD").decode()
    records = [desk.clone.read(CASE).encode(), desk.clone.read(CONCEPT).encode()]
    contents = mutated([*records, photo(), b"# Text\n"], FRONT_SCRAPS, most=3)
    files = st.lists(st.tuples(st.sampled_from(MODES), st.sampled_from(NAMES), contents), min_size=1, max_size=3)
    messages = mutated(
        [b"Bessere Angabe", b"", b"x\n\nCo-Authored-By: y"], [b"\x00", b"\n", b"\xff", b"gpgsig ", b"\x1b[31m"], most=2
    )

    def check(given: tuple[list[tuple[str, str, bytes]], bytes]) -> None:
        changes, message = given
        assert desk.clone.git("read-tree", base).status == 0
        for mode, name, content in changes:
            oid = base if mode == "160000" else desk.made("hash-object", "-w", "--stdin", given=content).decode()
            index = ("-c", "core.protectNTFS=false", "update-index", "--add", "--replace", "--cacheinfo")
            desk.made(*index, f"{mode},{oid},{name}")
        tree = desk.made("write-tree").decode()
        commit = desk.made("commit-tree", tree, "-p", base, given=message).decode() if tree else ""
        if not commit:
            return
        answer = desk.clone.git("push", "--quiet", desk.site.url(desk.secret), f"{commit}:refs/for/main")
        assert "RPC failed" not in answer.said, answer.said
        assert answer.status == 0 or "remote: " in answer.said, answer.said
        if answer.status == 0:
            texts = {hashlib.sha256(content).hexdigest() for _, _, content in changes}
            assert desk.taken() & (texts | {name.rpartition("/")[2] for _, name, _ in changes})
        unharmed(desk, head)

    fuzz(st.tuples(files, messages), check, of=2, few=5)
    still_answers(desk)
