import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from app.federation.issuer import Issuer
from app.fetching import FetchFailed, FetchRefused, Limits, Wanted
from app.fetching.connection import Outbound
from app.fetching.fetcher import GuardedFetcher
from tests.functional.fetching.hostile import HostilePeer, hostile

LIMITS = Limits(wire=1024 * 1024, inflated=16 * 1024 * 1024, seconds=20)
SHORT = Limits(wire=1024 * 1024, inflated=1024 * 1024, seconds=0.6)
DOOR = GuardedFetcher(Outbound(loopback=True))


@pytest.fixture(scope="module")
def peer() -> Iterator[HostilePeer]:
    with hostile() as peer:
        yield peer


def wanted(peer: HostilePeer, path: str, limits: Limits = LIMITS) -> Wanted:
    return Wanted(peer=peer.issuer, url=f"{peer.issuer.address}/{path}", limits=limits)


def test_a_good_answer_comes_through(peer: HostilePeer) -> None:
    assert DOOR.fetch(wanted(peer, "good")).body == b"good"


def test_a_packed_answer_is_unpacked(peer: HostilePeer) -> None:
    assert DOOR.fetch(wanted(peer, "packed")).body == b"good" * 1000


@pytest.mark.parametrize(
    ("path", "code", "detail"),
    [
        ("bomb", "too_large", "inflated"), ("two-members", "encoding", "more than one member"),
        ("broken-gzip", "encoding", "gzip"), ("half-gzip", "encoding", "cut off"), ("brotli", "encoding", "br"),
        ("redirect", "redirect", "302"), ("unasked-304", "redirect", "304"), ("large", "too_large", "wire"),
        ("endless", "too_large", "wire"),
    ],
)  # fmt: skip
def test_what_breaks_a_rule_is_refused(peer: HostilePeer, path: str, code: str, detail: str) -> None:
    with pytest.raises(FetchRefused) as refused:
        DOOR.fetch(wanted(peer, path))
    assert (refused.value.code, refused.value.detail) == (code, detail)


@pytest.mark.parametrize(
    ("path", "codes"),
    [
        ("error", {"status"}), ("nonsense", {"protocol"}), ("cut-off", {"protocol", "cut_off"}),
        ("endless-head", {"protocol"}),
    ],
)  # fmt: skip
def test_what_is_no_answer_fails(peer: HostilePeer, path: str, codes: set[str]) -> None:
    with pytest.raises(FetchFailed) as failed:
        DOOR.fetch(wanted(peer, path))
    assert failed.value.code in codes


@pytest.mark.parametrize("path", ["slow-body", "slow-head", "slow-chunks", "silent"])
def test_one_clock_ends_whatever_is_slow(peer: HostilePeer, path: str) -> None:
    start = time.monotonic()
    with pytest.raises(FetchFailed) as failed:
        DOOR.fetch(wanted(peer, path, SHORT))
    assert failed.value.code == "deadline"
    assert time.monotonic() - start < 2


def test_nobody_listening_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    gone = Issuer.parse(f"http://127.0.0.1:{port}")
    with pytest.raises(FetchFailed) as failed:
        DOOR.fetch(Wanted(peer=gone, url=f"{gone.address}/x", limits=LIMITS))
    assert failed.value.code == "unreachable"


def test_no_proxy_is_asked(peer: HostilePeer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert DOOR.fetch(wanted(peer, "good")).body == b"good"


def test_a_request_says_nothing_but_what_is_needed(peer: HostilePeer) -> None:
    DOOR.fetch(wanted(peer, "good"))
    names = {line.split(b":")[0].lower() for line in peer.heads[-1].split(b"\r\n")[1:] if line}
    assert names == {b"host", b"user-agent", b"accept-encoding", b"connection"}


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1"])
def test_a_name_of_which_one_address_is_inside_is_refused(address: str) -> None:
    def mixed(host: str, port: int, *, type: int) -> list[tuple[Any, ...]]:  # noqa: A002 - as in the library
        del host
        return [(socket.AF_INET, type, 6, "", (one, port)) for one in ("93.184.216.34", address)]

    issuer = Issuer.parse("https://anderswo.example")
    with pytest.raises(FetchRefused) as refused:
        GuardedFetcher(Outbound(loopback=False), mixed).fetch(
            Wanted(peer=issuer, url="https://anderswo.example/x", limits=LIMITS)
        )
    assert (refused.value.code, refused.value.detail) == ("address", address)


def test_a_bomb_of_400_megabytes_costs_less_than_150(peer: HostilePeer) -> None:
    """In a process of its own, whose highest memory the system tells afterwards."""
    script = f"""
from pathlib import Path
from app.fetching import FetchRefused, Limits, Wanted
from app.fetching.connection import Outbound
from app.fetching.fetcher import GuardedFetcher
from app.federation.issuer import Issuer
issuer = Issuer.parse("{peer.issuer.address}")
limits = Limits(wire=1024 * 1024, inflated=16 * 1024 * 1024, seconds=20)
try:
    GuardedFetcher(Outbound(loopback=True)).fetch(Wanted(peer=issuer, url=issuer.address + "/bomb", limits=limits))
except FetchRefused as error:
    lines = Path("/proc/self/status").read_text().splitlines()
    print(error.code, next(line.split()[1] for line in lines if line.startswith("VmHWM")))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60, env={**os.environ}
    )
    code, peak = done.stdout.split()
    assert code == "too_large"
    assert int(peak) // 1024 <= 150
