"""What a provider publishes about itself (OpenID Connect Discovery), asked for within bounds.

Addresses and keys are read again after a while, so that a key which a provider withdrew is not trusted for long, and
at once when a signature names a key that is not known yet. Number, time, size and detours of the requests are bounded,
because anybody can make a node ask a provider, and a provider that hangs holds a thread for seconds each time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.integrations.requests_client import OAuth2Session

from app.identity.providers import Provider
from app.identity.providers.check import guard
from app.shared.clock import Clock
from app.shared.confinement import Busy, Threads
from app.shared.errors import Forbidden, Invalid, Unavailable


class SignInReason(StrEnum):
    """What the reader is told; the rest is for the log."""

    UNREACHABLE = "nicht-erreichbar"
    CANCELLED = "abgebrochen"
    EXPIRED = "abgelaufen"
    NOT_PROVEN = "nicht-bestaetigt"
    INVITATION = "einladung"


class ProviderUnreachable(Unavailable):
    """The provider does not answer, answers too late, or answers nonsense.

    `by_provider` is False where it was not asked because many people sign in at this moment.
    """

    key: str
    by_provider: bool


class SignInRefused(Forbidden):
    """The provider's answer proves nothing: `reason` for the reader, `detail` (never a claim's value) for the log.

    `by_provider` tells whether the provider itself said so. What comes through the browser anybody can make up, and
    whoever breaks off a sign-in or comes back too late is no failure of the provider.
    """

    reason: SignInReason
    detail: str
    by_provider: bool = False


class LogoutTokenInvalid(Invalid):
    """This is no logout token for this node; `detail` says which rule it breaks."""

    detail: str


RETRY_AFTER = timedelta(seconds=10)
"""How long a provider is left alone after it gave no answer."""
TIMEOUT = 5.0
"""Seconds to connect, and between two pieces of the answer."""
DEADLINE = 8.0
"""Seconds for the whole answer: a provider that drips must not hold a thread."""
MAX_ANSWER_BYTES = 512 * 1024
"""Bytes of an answer."""


class NotAsked(requests.RequestException):
    """The provider was left alone: too many requests are under way, or it gave no answer just now."""


class ProviderLine:
    """The line to one provider. Safe to share between threads."""

    def __init__(self, places: Threads, clock: Clock) -> None:
        self._places = places
        self._clock = clock
        self._failed_at = datetime.min.replace(tzinfo=clock().tzinfo)

    def failed(self) -> None:
        """Remember that the provider gave no answer, or none that can be used."""
        self._failed_at = self._clock()

    def has_failed(self) -> bool:
        """Tell whether it is left alone because of that."""
        return self._clock() - self._failed_at < RETRY_AFTER

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold a place for one request; raises NotAsked at once, since waiting would hold a thread.

        An exception of requests that passes through is remembered as a failure.
        """
        if self.has_failed():
            raise NotAsked
        try:
            with self._places.held("", 0):
                yield
        except Busy as error:
            raise NotAsked from error
        except requests.RequestException:
            self.failed()
            raise


class BoundedSession(OAuth2Session):  # type: ignore[misc]  # Authlib ships no types
    """Authlib's client for requests to a provider. What exceeds a bound is a requests.RequestException."""

    def __init__(self, *args: Any, line: ProviderLine, **kwargs: Any) -> None:
        super().__init__(*args, default_timeout=TIMEOUT, **kwargs)
        guard(self)
        self._line = line
        # A redirect would carry code and verifier to an address that the provider's own document does not name.
        self.max_redirects = 0

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send a request and read the whole answer within the bounds."""
        with self._line.held():
            return self._read(request, **kwargs)

    def _read(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        started = time.monotonic()
        answer: requests.Response = super().send(request, **{**kwargs, "stream": True})
        content = b""
        for piece in answer.iter_content(16 * 1024):
            content += piece
            if len(content) > MAX_ANSWER_BYTES:
                raise requests.exceptions.ContentDecodingError("the answer is too long")
            if time.monotonic() - started > DEADLINE:
                raise requests.exceptions.ReadTimeout("the answer takes too long")
        # As requests itself keeps what it has read; it has no public way for it.
        answer._content = content  # noqa: SLF001
        return answer


WELL_KNOWN = "/.well-known/openid-configuration"
TRUSTED_FOR = timedelta(minutes=10)
"""How long keys and addresses count after they were read: no longer may a withdrawn key let anybody in."""
RENEWED_AFTER = timedelta(minutes=8)
"""Age at which one request reads them again, while all others still use the known ones."""
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512")
"""Signature algorithms: only asymmetric ones, so that only the provider can sign."""
REQUIRED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OPTIONAL = ("userinfo_endpoint", "end_session_endpoint")
FLAGS = ("authorization_response_iss_parameter_supported",)


class ProviderDocuments:
    """The documents of one provider. Safe to share between threads."""

    def __init__(self, provider: Provider, clock: Clock, line: ProviderLine) -> None:
        self.line = line
        self._provider = provider
        self._clock = clock
        self._reading = Threads(1)
        self._metadata: dict[str, Any] | None = None
        self._keys: dict[str, Any] | None = None
        self._read_at = datetime.min.replace(tzinfo=clock().tzinfo)

    def metadata(self) -> dict[str, Any]:
        """Return the provider's description of itself; raises ProviderUnreachable."""
        return self._current()[0]

    def keys(self, *, fresh: bool = False) -> dict[str, Any]:
        """Return its keys (a JWK Set), with `fresh` those that it publishes now; raises ProviderUnreachable."""
        return self._current(newer=fresh)[1]

    def _current(self, *, newer: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
        # Strangers can make a node ask for new keys by naming odd ones, so those just read count as new.
        age = RETRY_AFTER if newer else RENEWED_AFTER
        known = self._known(age)
        if known:
            return known
        with suppress(ProviderUnreachable, Busy), self._reading.held("", 0):
            return self._known(age) or self._read()
        # Another thread is asking, or the provider does not answer. Nobody waits for that: waiting holds a thread too.
        known = None if newer else self._known(TRUSTED_FOR)
        if known is None:
            raise ProviderUnreachable(self._provider.key, by_provider=self.line.has_failed())
        return known

    def _known(self, age: timedelta) -> tuple[dict[str, Any], dict[str, Any]] | None:
        if self._metadata is None or self._keys is None or self._clock() - self._read_at >= age:
            return None
        return self._metadata, self._keys

    def _read(self) -> tuple[dict[str, Any], dict[str, Any]]:
        now = self._clock()
        try:
            with BoundedSession(line=self.line) as session:
                metadata = self._checked(_get(session, self._provider.issuer.rstrip("/") + WELL_KNOWN))
                keys = _get(session, metadata["jwks_uri"])
        except NotAsked as error:
            raise ProviderUnreachable(self._provider.key, by_provider=self.line.has_failed()) from error
        except (requests.RequestException, ValueError, RecursionError) as error:
            self.line.failed()
            raise ProviderUnreachable(self._provider.key, by_provider=True) from error
        self._metadata, self._keys, self._read_at = metadata, keys, now
        return metadata, keys

    def _checked(self, document: dict[str, Any]) -> dict[str, Any]:
        if document.get("issuer") != self._provider.issuer:
            # Discovery 4.3: otherwise one provider could speak in the name of another.
            raise ValueError("another issuer")
        # A provider on this machine may use http; one elsewhere must not fall back to it.
        schemes = {"https", urlsplit(self._provider.issuer).scheme}
        for name in (*REQUIRED, *(name for name in OPTIONAL if name in document)):
            address = document.get(name)
            if (
                not isinstance(address, str)
                or urlsplit(address).scheme not in schemes
                or not urlsplit(address).hostname
            ):
                raise ValueError(f"no usable {name}")
        told = document.get("id_token_signing_alg_values_supported")
        allowed = [name for name in ALGORITHMS if isinstance(told, list) and name in told]
        # Authlib takes every entry for an option of its session, "verify" among them; it gets only what is known.
        known = {name: document[name] for name in (*REQUIRED, *OPTIONAL, *FLAGS) if name in document}
        return {**known, "issuer": self._provider.issuer, "id_token_signing_alg_values_supported": allowed or ["RS256"]}


def _get(session: BoundedSession, address: str) -> dict[str, Any]:
    answer = session.request("GET", address, withhold_token=True)
    answer.raise_for_status()
    document = answer.json()
    if not isinstance(document, dict):
        raise ValueError("no object")  # noqa: TRY004 - a wrong answer, not a wrong argument
    return document
