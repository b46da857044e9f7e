"""What a provider publishes about itself: addresses (OpenID Connect Discovery) and keys.

Both are read anew after a while, so that a key which a provider withdrew is not trusted for long,
and at once when a signature names a key that is not known yet.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import requests

from app.identity.providers import Provider
from app.shared.clock import Clock
from app.web.identity.oidc.connection import PAUSE, BoundedSession, NotAsked, ProviderLine
from app.web.identity.oidc.errors import ProviderUnreachable

WELL_KNOWN = "/.well-known/openid-configuration"
TRUSTED_FOR = timedelta(minutes=10)
"""How long keys and addresses count after they were read: no longer may a withdrawn key let anybody in."""
RENEWED_AFTER = timedelta(minutes=8)
"""When whoever comes first reads them anew, while those that are known still do for all others."""
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512")
"""What may sign: only pairs of keys, so that nobody but the provider can."""
REQUIRED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OPTIONAL = ("userinfo_endpoint", "end_session_endpoint")
FLAGS = ("authorization_response_iss_parameter_supported",)


class ProviderDocuments:
    """The documents of one provider. Safe to share between threads."""

    def __init__(self, provider: Provider, clock: Clock, line: ProviderLine) -> None:
        self.line = line
        self._provider = provider
        self._clock = clock
        self._lock = Lock()
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
        age = PAUSE if newer else RENEWED_AFTER
        known = self._known(age)
        if known:
            return known
        if self._lock.acquire(blocking=False):
            try:
                with suppress(ProviderUnreachable):
                    return self._known(age) or self._read()
            finally:
                self._lock.release()
        return self._meanwhile(newer=newer)

    def _meanwhile(self, *, newer: bool) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return what still counts while another thread is asking, or the provider does not answer.

        Nobody waits for that other thread, because waiting holds a thread too.
        """
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
        for name in (*REQUIRED, *(name for name in OPTIONAL if name in document)):
            if not self._usable(document.get(name)):
                raise ValueError(f"no usable {name}")
        told = document.get("id_token_signing_alg_values_supported")
        allowed = [name for name in ALGORITHMS if isinstance(told, list) and name in told]
        # Authlib takes every entry for an option of its session, "verify" among them; it gets only what is known.
        known = {name: document[name] for name in (*REQUIRED, *OPTIONAL, *FLAGS) if name in document}
        return {**known, "issuer": self._provider.issuer, "id_token_signing_alg_values_supported": allowed or ["RS256"]}

    def _usable(self, address: object) -> bool:
        # A provider on this machine may use http; one elsewhere must not fall back to it.
        schemes = {"https", urlsplit(self._provider.issuer).scheme}
        return isinstance(address, str) and urlsplit(address).scheme in schemes and bool(urlsplit(address).hostname)


def _get(session: BoundedSession, address: str) -> dict[str, Any]:
    answer = session.request("GET", address, withhold_token=True)
    answer.raise_for_status()
    document = answer.json()
    if not isinstance(document, dict):
        raise ValueError("no object")  # noqa: TRY004 - a wrong answer, not a wrong argument
    return document
