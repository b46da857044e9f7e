"""How a hub vouches for other nodes, and what this node asks it about those that it does not ask themselves.

A trust chain of three links (OpenID Federation 1.0, sections 3, 4 and 8.3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import rfc8785
import structlog

from app.federation.entity import TYP as ENTITY_STATEMENT
from app.federation.entity import receive
from app.federation.fetching import FetchFailed
from app.federation.harvest.documents import PeerDocuments
from app.federation.harvest.models import KnownIssuer, Peer
from app.federation.harvest.trust import Trust, TrustRefused
from app.federation.issuer import Issuer
from app.federation.jose import KeySet, SigningKey, TokenRefused, loads, open_token, sign
from app.records.json_value import JsonValue
from app.shared.clock import Clock

RESOLVED = "resolve-response+jwt"
_LIFETIME = timedelta(hours=24)
_LIMIT = 600 * 1024
_LAST_SECOND = 253_402_300_799


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """A node's own configuration, and the federation keys that the hub knows it by."""

    configuration: str
    keys: KeySet


def write_introduction(
    subject: Issuer, introduction: Introduction, *, hub: Issuer, hub_configuration: str, key: SigningKey, now: datetime
) -> str:
    """Return the signed answer in which `hub` vouches for a node; `key` is the hub's federation key."""
    about: dict[str, Any] = {
        "iss": hub.address,
        "sub": subject.address,
        "iat": int(now.timestamp()),
        "exp": int((now + _LIFETIME).timestamp()),
    }
    statement = sign(_written({**about, "jwks": introduction.keys.as_jwks()}), key, ENTITY_STATEMENT)
    own = open_token(introduction.configuration, typ=ENTITY_STATEMENT, limit=_LIMIT)
    metadata = _object(loads(own.payload)).get("metadata", {})
    chain = [introduction.configuration, statement, hub_configuration]
    return sign(_written({**about, "metadata": metadata, "trust_chain": chain}), key, RESOLVED)


def read_introduction(jws: str, *, hub: Issuer, keys: KeySet, subject: Issuer, now: datetime) -> Introduction:
    """Return what a hub vouches for about `subject`; `keys` are the hub's federation keys. Raises TokenRefused.

    The configuration inside is not verified here: the keys returned have to be good for it.
    """
    answer = _verified(jws, RESOLVED, keys)
    _about(answer, hub, subject, now)
    chain = answer.get("trust_chain")
    if not isinstance(chain, list) or len(chain) != 3 or not all(isinstance(link, str) for link in chain):
        raise TokenRefused("introduction", "trust_chain")
    statement = _verified(str(chain[1]), ENTITY_STATEMENT, keys)
    _about(statement, hub, subject, now)
    return Introduction(configuration=str(chain[0]), keys=KeySet.from_jwks(statement.get("jwks")))


def _verified(jws: str, typ: str, keys: KeySet) -> Mapping[str, JsonValue]:
    token = open_token(jws, typ=typ, limit=_LIMIT)
    token.verify(keys)
    return _object(loads(token.payload))


def _about(members: Mapping[str, JsonValue], hub: Issuer, subject: Issuer, now: datetime) -> None:
    if members.get("iss") != hub.address:
        raise TokenRefused("introduction", "iss")
    if members.get("sub") != subject.address:
        raise TokenRefused("introduction", "sub")
    expires = members.get("exp")
    if isinstance(expires, bool) or not isinstance(expires, int) or not 0 <= expires <= _LAST_SECOND:
        raise TokenRefused("introduction", "exp")
    if datetime.fromtimestamp(expires, UTC) <= now:
        raise TokenRefused("introduction", "exp")


def _written(members: Mapping[str, Any]) -> bytes:
    return bytes(rfc8785.dumps(cast("Any", members)))


def _object(value: JsonValue) -> Mapping[str, JsonValue]:
    if not isinstance(value, dict):
        raise TokenRefused("introduction", "payload")
    return value


MOST_INTRODUCTIONS = 200
"""Nodes that one run asks a hub about."""

DAILY_INTRODUCTIONS = 200
"""New nodes that a hub is believed about in a day."""

_REFRESH_AFTER = timedelta(hours=6)
_CONFLICTS = frozenset({"keys_changed", "origin_taken"})
_log = structlog.get_logger(__name__)


class Introductions:
    """Asks one peer about other nodes, if it is a hub; each at most once in a run."""

    def __init__(
        self, trust: Trust, peer: Peer, own: Issuer, documents: PeerDocuments, notices: dict[str, None], clock: Clock
    ) -> None:
        """Keep what is believed in `trust`, and codes of what came up in `notices`; nobody is believed to be `own`."""
        self._trust = trust
        self._peer = peer
        self._own = own
        self._documents = documents
        self._notices = notices
        self._clock = clock
        self._asked: dict[Issuer, KnownIssuer | None] = {}

    def know(self, issuer: Issuer) -> KnownIssuer | None:
        """Return what is known of a node, asking the hub about one that is not known yet."""
        known = self._trust.known(issuer)
        return known if known is not None or issuer == self._own else self.ask(issuer)

    def ask(self, issuer: Issuer) -> KnownIssuer | None:
        """Return what is known of a node after asking the hub once."""
        if issuer not in self._asked and self._peer.hub and self._may_ask(issuer):
            self._asked[issuer] = self._ask(issuer)
        return self._asked.get(issuer) or self._trust.known(issuer)

    def _may_ask(self, issuer: Issuer) -> bool:
        if len(self._asked) >= MOST_INTRODUCTIONS:
            return False
        if self._trust.known(issuer) is not None:
            return True
        since = self._clock() - timedelta(days=1)
        return self._trust.introduced_since(self._peer.issuer, since) < DAILY_INTRODUCTIONS

    def outdated(self) -> Iterator[KnownIssuer]:
        """Yield the nodes known by this hub alone whose word is older than six hours."""
        limit = self._clock() - _REFRESH_AFTER
        for known in self.relayed():
            if known.issued_at is not None and known.issued_at < limit:
                yield known

    def relayed(self) -> Iterator[KnownIssuer]:
        """Yield the nodes known by this hub alone that are not blocked."""
        if self._peer.hub:
            for known in self._trust.all():
                if known.introduced_by == self._peer.issuer and not known.blocked:
                    yield known

    def _ask(self, issuer: Issuer) -> KnownIssuer | None:
        hub = self._trust.known(self._peer.issuer)
        try:
            endpoint = receive(hub.configuration).claimed.resolve_endpoint if hub and hub.configuration else ""
            if hub is None or not endpoint:
                # It vouches for nobody.
                return None
            jws, keys = self._documents.resolved(endpoint, issuer), hub.federation_keys
            found = read_introduction(jws, hub=hub.issuer, keys=keys, subject=issuer, now=self._clock())
            known, notices = self._trust.introduce(found.configuration, found.keys, self._peer.issuer)
        except TrustRefused as error:
            # Older than what is known from elsewhere is no news; other keys than the known ones are.
            if error.code in _CONFLICTS:
                self._notices["conflict"] = None
        except (TokenRefused, FetchFailed) as error:
            _log.info("harvest.not_introduced", issuer=issuer.address, reason=error.code)
        else:
            self._notices.update(dict.fromkeys(notices))
            return known
        return None
