"""Limits what one network address may do: guess links and keys, and have e-mail sent to addresses that it enters.

Each process counts for itself, in memory alone and by hashes with a key that ends with it: no address is kept or
logged. It is no package's work: see docs/decisions/0038-rate-limits-of-our-own.md.
"""

from __future__ import annotations

import ipaddress
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from math import ceil
from typing import NamedTuple, cast

from flask import Flask, current_app, request
from werkzeug.exceptions import TooManyRequests

MAX_GUESSES = 20
"""Different wrong links or keys of one kind that may come from one address within `GUESS_SECONDS`."""
GUESS_SECONDS = 600.0
MAIL_SECONDS = 3600.0
MAIL_SHARE = 3
"""One address gets this part of the messages that the node sends in an hour; its processes share it evenly."""
MAX_ADDRESSES = 10_000
"""Addresses that are remembered; beyond them the one that was counted longest ago is forgotten."""
KEY = "enet.rate_limits"


class RateLimit:
    """How often something came from where. Safe for all threads of a process."""

    def __init__(self, most: int, seconds: float, stopwatch: Callable[[], float] = time.monotonic) -> None:
        """Take `most` different ones of a kind from an address in `seconds`; `stopwatch` never runs backwards."""
        self._most = most
        self._seconds = seconds
        self._stopwatch = stopwatch
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._found: OrderedDict[bytes, OrderedDict[bytes, float]] = OrderedDict()

    def wait(self, kind: str, address: str) -> int:
        """Return for how many seconds nothing more of a kind is taken from an address, 0 where it is."""
        now = self._stopwatch()
        with self._lock:
            found = self._counted_for(self._hash(kind, address), now)
            return 0 if len(found) < self._most else ceil(next(iter(found.values())) + self._seconds - now)

    def count(self, kind: str, address: str, what: str) -> None:
        """Remember that `what` came from an address; the same counts once."""
        now, sender = self._stopwatch(), self._hash(kind, address)
        with self._lock:
            found = self._counted_for(sender, now)
            found.setdefault(self._hash(kind, what), now)
            self._found[sender] = found
            self._found.move_to_end(sender)
            while len(self._found) > MAX_ADDRESSES:
                self._found.popitem(last=False)

    def _counted_for(self, sender: bytes, now: float) -> OrderedDict[bytes, float]:
        found = self._found.get(sender, OrderedDict())
        while found and next(iter(found.values())) + self._seconds <= now:
            found.popitem(last=False)
        return found

    def _hash(self, kind: str, text: str) -> bytes:
        return blake2b(f"{kind}\0{text}".encode("utf-8", "replace"), key=self._key, digest_size=12).digest()


class _Limits(NamedTuple):
    guesses: RateLimit
    mails: RateLimit


def register(app: Flask, mails: int, workers: int) -> None:
    """Count what `app` does for whom, in one of the `workers` of a node that sends so many `mails` in an hour."""
    share = max(1, mails // MAIL_SHARE // workers)
    app.extensions[KEY] = _Limits(RateLimit(MAX_GUESSES, GUESS_SECONDS), RateLimit(share, MAIL_SECONDS))


def client_address() -> str:
    """Return where a request comes from, "" where everybody would look the same.

    Behind a proxy that NODE_TRUSTED_PROXIES does not name, all requests come from this machine. One line at home has
    2**64 addresses of IPv6, so their first half counts.
    """
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    # A site that listens on "::" sees addresses of IPv4 in the form of IPv6.
    address = getattr(address, "ipv4_mapped", None) or address
    if address.is_loopback:
        return ""
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


@contextmanager
def guarded(kind: str, guess: str, wrong: type[Exception]) -> Iterator[None]:
    """Try a link or key of some kind, which raises `wrong` where it does not exist.

    Raises TooManyRequests instead of trying it, with the seconds to wait, when too many were wrong from this address.
    The same wrong one counts once, so that a program with an expired key keeps nobody in its town hall waiting.
    """
    guesses, address = _limits().guesses, client_address()
    if not (guess and address):
        yield
        return
    if seconds := guesses.wait(kind, address):
        raise TooManyRequests(retry_after=seconds)
    try:
        yield
    except wrong:
        guesses.count(kind, address, guess)
        raise


def refuse_mail(refusal: type[Exception]) -> None:
    """Raise `refusal` where whoever asks has had their share of the messages of this hour."""
    address = client_address()
    if address and _limits().mails.wait("mail", address):
        raise refusal


def count_mail() -> None:
    """Remember that a message was sent for whoever asks."""
    if address := client_address():
        _limits().mails.count("mail", address, secrets.token_hex())


def _limits() -> _Limits:
    return cast("_Limits", current_app.extensions[KEY])
