"""Files that are sent to do harm, over real connections: only the signed bytes get in, in bounded time and memory."""

from __future__ import annotations

import gzip
import socket
import time
from collections.abc import Callable
from copy import copy
from dataclasses import replace

import pytest

from app.federation.fetching import Fetched, Fetcher, FetchFailed, Wanted
from app.federation.fetching.connection import Outbound
from app.federation.fetching.fetcher import GuardedFetcher
from app.federation.harvest.report import End, RunReport
from app.wiring.foundation import FOREIGN
from tests.functional.federation.fetching.hostile import GZIP, OK, bomb, hostile, plain
from tests.netnodes.attaching import FILES, attach, stored
from tests.netnodes.forging import changed, delivering, published, signed
from tests.netnodes.net import Net, NetNode, record_id

ONE = record_id(1)
TEXT = b"Ein Text, der sich packen laesst. " * 1000
DOOR = GuardedFetcher(Outbound(loopback=True))


class WithFilesFrom:
    """The network of the test, but files come over a real connection from somebody else."""

    def __init__(self, net: Net, answer: Callable[[socket.socket], None]) -> None:
        self._net = net
        self._answer = answer

    def fetch(self, wanted: Wanted) -> Fetched:
        if FILES not in wanted.url:
            return self._net.fetch(wanted)
        with hostile(file=self._answer) as peer:
            return DOOR.fetch(replace(wanted, peer=peer.issuer, url=f"{peer.issuer.address}/file"))


@pytest.fixture(scope="module", autouse=True)
def made_bomb() -> None:
    """Make it before the clock of a run begins to tick."""
    bomb()


def harvested(
    net: Net, a: NetNode, b: NetNode, answer: Callable[[socket.socket], None], seconds: float = 60.0
) -> RunReport:
    """Fetch from A a record whose file another sends."""
    b.follow(a)
    door: Fetcher = WithFilesFrom(net, answer)
    harvest = copy(b.services.harvest)
    harvest._fetcher = door
    return harvest.harvest(a.issuer, seconds=seconds)


def drip(link: socket.socket) -> None:
    link.sendall(OK + f"Content-Length: {len(TEXT)}\r\n\r\n".encode())
    for _ in range(600):
        link.sendall(b"x")
        time.sleep(0.1)


def unpacking_to_400_mb(link: socket.socket) -> None:
    plain(bomb(), GZIP)(link)


def page_instead(link: socket.socket) -> None:
    plain(b"<html><script>alert(1)</script></html>", "Content-Type: text/html")(link)


@pytest.mark.parametrize("answer", [plain(TEXT), plain(gzip.compress(TEXT), GZIP)], ids=["plain", "packed"])
def test_the_signed_bytes_come_in_packed_or_not(
    net: Net, a: NetNode, b: NetNode, answer: Callable[[socket.socket], None]
) -> None:
    attach(a, ONE, {"text.txt": TEXT})
    report = harvested(net, a, b, answer)
    assert (report.files.arrived, report.files.reasons) == (1, {})
    assert [path.read_bytes() for path in stored(b.services)] == [TEXT]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (plain(TEXT[:-1] + b"?"), "file_hash"),
        (plain(TEXT[:-1]), "file_size"),
        (plain(TEXT + b"x" * 2000), "too_large"),
        (unpacking_to_400_mb, "too_large"),
        (page_instead, "file_size"),
        (plain(TEXT, length=len(TEXT) + 10), "protocol"),
    ],
    ids=["other", "short", "long", "bomb", "page", "cut-off"],
)
def test_anything_else_is_named_and_not_kept(
    net: Net, a: NetNode, b: NetNode, answer: Callable[[socket.socket], None], reason: str
) -> None:
    attach(a, ONE, {"text.txt": TEXT})
    report = harvested(net, a, b, answer)
    assert (report.end, report.files.reasons, report.files.missing) == (End.COMPLETE, {reason: 1}, 1)
    assert stored(b.services) == []
    # The record itself is as good as before.
    assert ONE in b.shown(a.origin)


def test_a_file_that_drips_ends_with_the_time_of_the_run(net: Net, a: NetNode, b: NetNode) -> None:
    attach(a, ONE, {"text.txt": TEXT})
    start = time.monotonic()
    report = harvested(net, a, b, drip, seconds=5.0)
    assert report.files.reasons == {"deadline": 1}
    assert time.monotonic() - start < 20
    assert stored(b.services) == []


def test_a_file_that_is_larger_than_any_may_be_is_never_asked_for(net: Net, a: NetNode, b: NetNode) -> None:
    attach(a, ONE, {"text.txt": TEXT})
    honest = published(a, ONE)
    huge = changed(honest, files=(replace(honest.files[0], size=10 * 1024 * 1024 + 1),))
    b.follow(a)
    listing = delivering(net, (huge.sub, signed(a, huge)))

    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        # A does not stand by it; without the lines behind its state B cannot put that right yet.
        if "/state.txt" in wanted.url:
            raise FetchFailed("unreachable")
        return listing(wanted, answer)

    net.tamper = tamper
    report = b.harvest(a)
    assert (report.files.arrived, report.files.missing) == (0, 1)
    assert not any(FILES in url for url in net.asked)
    assert b.services.harvest.files.queue.counts()[a.origin].reasons == {"too_large": 1}


def test_a_store_is_never_led_out_of_its_folder(b: NetNode) -> None:
    assert b.services.harvest.files.held.of("../..", "x", 1) == ()
    assert not b.services.files_folder(FOREIGN).exists()
