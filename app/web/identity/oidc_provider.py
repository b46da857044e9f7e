"""Fetches metadata and keys of a provider (OpenID Connect Discovery), again after a while or for unknown keys.

Requests are limited in number, time, size and redirects, because anybody can trigger one, and each may block a thread.
"""

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
    """The reasons that readers are shown; details go to the log."""

    UNREACHABLE = "nicht-erreichbar"
    CANCELLED = "abgebrochen"
    EXPIRED = "abgelaufen"
    NOT_PROVEN = "nicht-bestaetigt"
    INVITATION = "einladung"


class ProviderUnreachable(Unavailable):
    """The provider does not respond properly in time, or (`by_provider` False) too many people are signing in."""

    key: str
    by_provider: bool


class SignInRefused(Forbidden):
    """The provider's response proves nothing: `reason` is for the reader, `detail` (never a claim's value) for the log.

    `by_provider`: it refused itself. What comes through the browser can be forged and is no failure of the provider.
    """

    reason: SignInReason
    detail: str
    by_provider: bool = False


class LogoutTokenInvalid(Invalid):
    """The token is not a logout token for this node; `detail` names the rule it breaks."""

    detail: str


RETRY_AFTER = timedelta(seconds=10)
"""How long a provider is not contacted after it failed to respond."""
TIMEOUT = 5.0
"""Seconds to connect, and between two parts of the response."""
DEADLINE = 8.0
"""Seconds for the whole response, because a provider that sends slowly must not block a thread."""
MAX_ANSWER_BYTES = 512 * 1024
"""Bytes of a response."""


class NotAsked(requests.RequestException):
    """The provider was not contacted: too many requests are running, or it has just failed to respond."""


class ProviderLine:
    """Limits the requests to one provider. Thread-safe."""

    def __init__(self, places: Threads, clock: Clock) -> None:
        self._places = places
        self._clock = clock
        self._failed_at = datetime.min.replace(tzinfo=clock().tzinfo)

    def failed(self) -> None:
        """Record that the provider sent no valid response."""
        self._failed_at = self._clock()

    def has_failed(self) -> bool:
        """Return whether the provider failed recently and must not be contacted."""
        return self._clock() - self._failed_at < RETRY_AFTER

    @contextmanager
    def held(self) -> Iterator[None]:
        """Reserve a slot for one request; raises NotAsked at once, since waiting would block a thread.

        A requests exception within the block counts as a failure of the provider.
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
    """Authlib's client with limits; exceeding one raises requests.RequestException."""

    def __init__(self, *args: Any, line: ProviderLine, **kwargs: Any) -> None:
        super().__init__(*args, default_timeout=TIMEOUT, **kwargs)
        guard(self)
        self._line = line
        # A redirect would send code and verifier to an address that the provider's metadata do not contain.
        self.max_redirects = 0

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send a request and read the whole response within the limits."""
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
        # requests stores the content it has read in the same way, and has no public method for that.
        answer._content = content  # noqa: SLF001
        return answer


WELL_KNOWN = "/.well-known/openid-configuration"
TRUSTED_FOR = timedelta(minutes=10)
"""How long keys and addresses are valid after they were fetched; a withdrawn key is accepted no longer than this."""
RENEWED_AFTER = timedelta(minutes=8)
"""Age at which one request fetches them again, while others still use the known ones."""
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512")
"""Signature algorithms: only asymmetric ones, so that only the provider can sign."""
REQUIRED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OPTIONAL = ("userinfo_endpoint", "end_session_endpoint")
FLAGS = ("authorization_response_iss_parameter_supported",)


class ProviderDocuments:
    """Metadata and keys of one provider. Thread-safe."""

    def __init__(self, provider: Provider, clock: Clock, line: ProviderLine) -> None:
        self.line = line
        self._provider = provider
        self._clock = clock
        self._reading = Threads(1)
        self._metadata: dict[str, Any] | None = None
        self._keys: dict[str, Any] | None = None
        self._read_at = datetime.min.replace(tzinfo=clock().tzinfo)

    def metadata(self) -> dict[str, Any]:
        """Return the provider's metadata; raises ProviderUnreachable."""
        return self._current()[0]

    def keys(self, *, fresh: bool = False) -> dict[str, Any]:
        """Return the provider's keys (a JWK Set), fetched now if `fresh`; raises ProviderUnreachable."""
        return self._current(newer=fresh)[1]

    def _current(self, *, newer: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
        # Strangers can trigger a refresh by naming unknown keys, so keys fetched just now count as fresh.
        age = RETRY_AFTER if newer else RENEWED_AFTER
        if known := self._known(age):
            return known
        with suppress(ProviderUnreachable, Busy), self._reading.held("", 0):
            return self._known(age) or self._read()
        # While another thread fetches or the provider is silent, use known documents instead of blocking this thread.
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
            # Discovery 4.3: otherwise one provider could impersonate another.
            raise ValueError("another issuer")
        # A provider on this machine may use http; others must not be downgraded to it.
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
        # Authlib treats every entry as an option of its session, including "verify", so pass only known ones.
        known = {name: document[name] for name in (*REQUIRED, *OPTIONAL, *FLAGS) if name in document}
        return {**known, "issuer": self._provider.issuer, "id_token_signing_alg_values_supported": allowed or ["RS256"]}


def _get(session: BoundedSession, address: str) -> dict[str, Any]:
    answer = session.request("GET", address, withhold_token=True)
    answer.raise_for_status()
    document = answer.json()
    if not isinstance(document, dict):
        raise ValueError("no object")  # noqa: TRY004 - a wrong answer, not a wrong argument
    return document
