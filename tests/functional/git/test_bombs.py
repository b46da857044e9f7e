"""Pushes of a few kilobytes that unfold into gigabytes."""

from __future__ import annotations

import os
import threading
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from tests.functional.git.conftest import Checkout, Site
from tests.functional.git.test_push import edit, push, taken
from tools.packs import (
    BLOB,
    COMMIT,
    DELTA,
    LONGEST_COPY,
    MEGABYTE,
    TREE,
    bomb,
    delta,
    entry,
    name_of,
    pack_of,
    plain,
    push_of,
    varint,
    zeros,
)

MOST = 700
"""Megabytes that no process may have held at any time."""
NOT_UNPACKED = "unpack index-pack abnormal exit"
"""What git says of a pack that took more than it may."""
WHO = b"beispiel <beispiel@example.org> 1700000000 +0000"


def sent(site: Site, secret: str, commit: str, pack: bytes, patience: float = 180) -> str:
    answer = requests.post(
        f"{site.url(secret)}/git-receive-pack",
        data=push_of(commit, pack),
        headers={"Content-Type": "application/x-git-receive-pack-request", "Accept-Language": "de"},
        timeout=patience,
    )
    assert answer.status_code == 200
    return answer.content.decode(errors="replace")


def in_a_record(clone: Checkout, blob: str) -> tuple[str, tuple[bytes, ...]]:
    """Return a commit that puts a blob beside a record of the collection, and the entries of a pack that it needs."""
    tree, entries = bytes.fromhex(blob), []
    for mode, name, beside in (
        (b"100644", b"gross.txt", ""), (b"40000", b"neu", "HEAD:concepts"), (b"40000", b"concepts", "HEAD"),
    ):  # fmt: skip
        there = {name: b"%s %s\0" % (mode, name) + tree}
        for line in clone.git("ls-tree", beside).said.splitlines() if beside else ():
            head, _, other = line.partition("\t")
            kept, _, oid = head.split()
            there.setdefault(other.encode(), f"{kept.removeprefix('0')} {other}\0".encode() + bytes.fromhex(oid))
        data = b"".join(there[one] for one in sorted(there))
        entries.append(plain(TREE, data))
        tree = bytes.fromhex(name_of(b"tree", [data], len(data)))
    parent = clone.git("rev-parse", "HEAD").said.strip().encode()
    data = b"tree %s\nparent %s\nauthor %s\ncommitter %s\n\nBombe\n" % (tree.hex().encode(), parent, WHO, WHO)
    return name_of(b"commit", [data], len(data)), (*entries, plain(COMMIT, data))


class Watch:
    """Looks again and again at what the processes below this one hold, and knows the most that one of them held."""

    def __init__(self) -> None:
        self.most = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.005):
            for process in _below(os.getpid()):
                self.most = max(self.most, _highest(process))


def _below(process: int) -> Iterator[int]:
    for file in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, file.read_text().split()):
                yield child
                yield from _below(child)


def _highest(process: int) -> int:
    """The most megabytes that a process of git has held so far; 0 for others, and for one that has just ended.

    What is to become git is a copy of this process for a moment, which says nothing about git.
    """
    with suppress(OSError):
        told = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
        if told["Name"].strip().startswith("git") and "VmHWM" in told:
            return int(told["VmHWM"].split()[0]) // 1024
    return 0


@pytest.fixture
def site(shared_site: Site) -> Site:
    return shared_site


@pytest.fixture(autouse=True)
def watch() -> Iterator[Watch]:
    with Watch() as watch:
        yield watch
    assert 0 < watch.most < MOST


def test_sixteen_kilobytes_that_unfold_into_two_gigabytes_are_refused(site: Site, clone: Checkout, secret: str) -> None:
    base, copies = bytes(16 * MEGABYTE), 128
    name = name_of(b"blob", [base], len(base))
    # Nobody gets so far as to ask for the right name.
    commit, rest = in_a_record(clone, "1" * 40)
    pack = pack_of(plain(BLOB, base), delta(name, len(base), copies), *rest)
    assert len(pack) < 20_000
    assert NOT_UNPACKED in sent(site, secret, commit, pack)


def test_a_large_file_in_few_bytes_is_refused_by_name(site: Site, clone: Checkout, secret: str, watch: Watch) -> None:
    size = 192 * MEGABYTE
    name = name_of(b"blob", (bytes(MEGABYTE) for _ in range(192)), size)
    commit, rest = in_a_record(clone, name)
    said = sent(site, secret, commit, pack_of(entry(BLOB, size, zeros(size)), *rest))
    assert "Größer als 10 MB" in said
    assert "concepts/neu/gross.txt" in said
    assert watch.most < 96, "it was held in memory"


def test_a_commit_whose_message_unfolds_is_refused_without_being_read(site: Site, clone: Checkout, secret: str) -> None:
    copies = 6
    parent = clone.git("rev-parse", "HEAD").said.strip().encode()
    tree = clone.git("rev-parse", "HEAD^{tree}").said.strip().encode()
    head = b"tree %s\n" % tree + b"parent %s\n" % parent
    author = b"author %s\ncommitter %s\n\n" % (WHO, WHO)
    base = b"a" * (16 * MEGABYTE)
    body = [base[:LONGEST_COPY]] * copies
    # One insertion holds 127 bytes at most, so the head of the commit takes two.
    first, second = head, author
    size = len(first) + len(second) + copies * LONGEST_COPY
    commit = name_of(b"commit", [first, second, *body], size)
    # A delta is of the kind of its base, so the base is a commit as well.
    whole = first + second + base
    named = name_of(b"commit", [whole], len(whole))
    start = len(first) + len(second)
    copy = bytes([0xF1]) + bytes([start]) + b"\xff\xff\xff"
    told = bytes([len(first)]) + first + bytes([len(second)]) + second + copies * copy
    told = varint(len(whole)) + varint(size) + told
    made = entry(DELTA, len(told), bytes.fromhex(named) + zlib.compress(told))
    assert "Nachricht" in sent(site, secret, commit, pack_of(plain(COMMIT, whole), made))


def test_after_a_bomb_the_next_push_is_taken(site: Site, clone: Checkout, secret: str) -> None:
    sent(site, secret, "1" * 40, bomb())
    edit(clone, "Die Warnung kommt jetzt früher", "Die Warnung kommt eher")
    taken(push(clone, site, secret))
