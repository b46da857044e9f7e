"""Limits what one network address may do: guess links and keys, and have e-mail sent to addresses that it enters.

Each process counts separately, in memory only, and by keyed hashes whose key dies with the process: no address is
stored or logged. For why no package does this see docs/decisions/0038-rate-limits-of-our-own.md.
"""

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
    """Counts events per network address. Safe for all threads of a process."""

    def __init__(self, most: int, seconds: float, stopwatch: Callable[[], float] = time.monotonic) -> None:
        """Allow `most` different events of a kind per address in `seconds`; `stopwatch` never runs backwards."""
        self._most = most
        self._seconds = seconds
        self._stopwatch = stopwatch
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._found: OrderedDict[bytes, OrderedDict[bytes, float]] = OrderedDict()

    def wait(self, kind: str, address: str) -> int:
        """Return how many seconds an address must wait before its next event of a kind, 0 if it need not."""
        now = self._stopwatch()
        with self._lock:
            found = self._counted_for(self._hash(kind, address), now)
            return 0 if len(found) < self._most else ceil(next(iter(found.values())) + self._seconds - now)

    def count(self, kind: str, address: str, what: str) -> None:
        """Count `what` for an address; the same `what` counts once."""
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
    """Set up the limits of `app`.

    The node sends at most `mails` messages an hour; each of its `workers` processes allows an address its share.
    """
    share = max(1, mails // MAIL_SHARE // workers)
    app.extensions[KEY] = _Limits(RateLimit(MAX_GUESSES, GUESS_SECONDS), RateLimit(share, MAIL_SECONDS))


def client_address() -> str:
    """Return the network address of the client, "" if it is unknown or that of this machine.

    Behind a proxy that NODE_TRUSTED_PROXIES does not count, all requests seem to come from this machine. A home
    connection has 2**64 IPv6 addresses, so only their first 64 bits count.
    """
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    # A site that listens on "::" sees IPv4 addresses in their IPv6 form.
    address = getattr(address, "ipv4_mapped", None) or address
    if address.is_loopback:
        return ""
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


@contextmanager
def guarded(kind: str, guess: str, *wrong: type[Exception]) -> Iterator[None]:
    """Guard the trying of a secret link or key of some `kind`, which raises one of `wrong` if it does not exist.

    Raises TooManyRequests instead of trying it, with the seconds to wait, when too many were wrong from this address.
    The same wrong guess counts once, so that a program with an expired key does not lock out its town hall.
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
    """Raise `refusal` if the client has used up its share of the messages of this hour."""
    address = client_address()
    if address and _limits().mails.wait("mail", address):
        raise refusal


def count_mail() -> None:
    """Count a message that was sent on behalf of the client."""
    if address := client_address():
        _limits().mails.count("mail", address, secrets.token_hex())


def _limits() -> _Limits:
    return cast("_Limits", current_app.extensions[KEY])
