"""Who a node is: the entity configuration of OpenID Federation 1.0 (section 3) with keys, addresses and state.

What a node signs about itself, written for this node, and read from others: signed by a key that is trusted, about
itself, and not expired. The state root is one hash over which versions a node stands by; whoever holds them all can
work it out as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, cast

import rfc8785

from app.catalogue.models import OWN
from app.federation.held import HeldStatements
from app.federation.issuer import Issuer, IssuerInvalid
from app.federation.items import ListPosition
from app.federation.jose import KeySet, Token, TokenRefused, loads, open_token, sign
from app.federation.keys import KeyRole, NodeKeys
from app.records.json_value import LARGEST_INTEGER, JsonValue
from app.records.record_reader import PAYLOAD_LIMIT
from app.shared.clock import Clock

Line = tuple[str, int, str]
"""Sub, version and digest: what a state says of one record."""

_LINE = re.compile(r"(https?://[!-~]{1,250}/r/[0-9a-f-]{36}) ([1-9][0-9]{0,8}) (sha256:[0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeState:
    """What a node stands by at change number `seq`: `count` records, withdrawn ones included, and their root."""

    seq: int
    count: int
    root: str


def state_line(sub: str, ver: int, digest: str) -> str:
    """Return the line that stands for one record."""
    return f"{sub} {ver} {digest}\n"


def read_lines(text: str) -> list[Line]:
    """Return the lines of a state that somebody sent; what is no such line is passed over."""
    found = (_LINE.fullmatch(line) for line in text.splitlines())
    return [(line[1], int(line[2]), line[3]) for line in found if line]


def state_root(records: Iterable[tuple[str, int, str]]) -> str:
    """Return the root over (sub, version, digest) of all records, in any order.

    It is "sha256:" and the hex SHA-256 over the lines, sorted by sub (as bytes).
    """
    lines = "".join(state_line(*record) for record in sorted(records))
    return f"sha256:{sha256(lines.encode('ascii')).hexdigest()}"


def held_lines(held: HeldStatements, origin: str) -> str:
    """Return the lines of everything held of one origin, in the order of the root; "" stands for own records.

    The SHA-256 of the text is the root of that origin if nothing of it is missing here.
    """
    versions = held.items.versions_of(origin)
    records = sorted((held.sub_of(origin, record_id), ver, digest) for record_id, ver, digest in versions)
    return "".join(state_line(*record) for record in records)


TYP = "entity-statement+jwt"
ENTITY_TYPE = "knowledge_node"
LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFacts:
    """Who this node is, from its settings: what it says of itself besides keys and state.

    `publisher` answers for it; `contact` may be empty. `moved_to` is where it goes on, if it has moved; `moved_from`
    where it was before, so that its records keep the names that they got there. `set_name` words (group, value) of a
    set for people.
    """

    issuer: Issuer
    name: str
    publisher: str
    contact: str
    moved_to: Issuer | None
    moved_from: Issuer | None
    set_name: Callable[[str, str], str]

    @property
    def oai_pmh_endpoint(self) -> str:
        """Return the address at which others fetch."""
        return f"{self.issuer.address}/oai"

    @property
    def resolve_endpoint(self) -> str:
        """Return the address at which this node vouches for others."""
        return f"{self.issuer.address}/fed/resolve"

    @property
    def admin_email(self) -> str:
        """Return an address that OAI-PMH accepts, even where the operator has not entered one."""
        host = self.issuer.origin.partition("~")[0].partition(":")[0]
        return self.contact or f"webmaster@{host}{'' if '.' in host else '.invalid'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityConfiguration:
    """The configuration of one node at one moment.

    `resolve_endpoint` is empty for a node that vouches for nobody. `federation_keys` sign this very document,
    `record_keys` the node's statements. Times are UTC, whole seconds.
    """

    issuer: Issuer
    issued_at: datetime
    expires_at: datetime
    federation_keys: KeySet
    record_keys: KeySet
    name: str
    contact: str
    oai_pmh_endpoint: str
    payload_limit: int
    state: NodeState
    resolve_endpoint: str = ""
    moved_to: Issuer | None = None
    moved_from: Issuer | None = None


def write_configuration(found: EntityConfiguration) -> bytes:
    """Return the payload, canonical so that equal facts give an equal document."""
    entity: dict[str, JsonValue] = {"organization_name": found.name}
    if found.contact:
        entity["contacts"] = [found.contact]
    if found.resolve_endpoint:
        entity["federation_resolve_endpoint"] = found.resolve_endpoint
    # The standard forbids null as a value, so what does not apply is left out.
    addresses = {"moved_to": found.moved_to, "moved_from": found.moved_from}
    moved: dict[str, JsonValue] = {name: issuer.address for name, issuer in addresses.items() if issuer}
    payload: dict[str, JsonValue] = {
        "iss": found.issuer.address,
        "sub": found.issuer.address,
        "iat": int(found.issued_at.timestamp()),
        "exp": int(found.expires_at.timestamp()),
        "jwks": found.federation_keys.as_jwks(),
        "metadata": {
            "federation_entity": entity,
            ENTITY_TYPE: {
                "jwks": found.record_keys.as_jwks(),
                "oai_pmh_endpoint": found.oai_pmh_endpoint,
                "limits": {"payload": found.payload_limit},
                "state": {"seq": found.state.seq, "count": found.state.count, "root": found.state.root},
                **moved,
            },
        },
    }
    return bytes(rfc8785.dumps(cast("Any", payload)))


class OwnConfiguration:
    """Who this node is, signed with its federation key."""

    def __init__(self, facts: NodeFacts, keys: NodeKeys, held: HeldStatements, clock: Clock) -> None:
        self._facts = facts
        self._keys = keys
        self._held = held
        self._clock = clock
        self._seen: tuple[int, NodeState] | None = None

    def at(self, position: ListPosition) -> str:
        """Return the signed configuration at a position of the projection.

        It is dated at the last change or the beginning of the hour, whichever is later: the same for all
        processes, never older than its content, and valid for at least 23 hours. Raises KeysUnreadable.
        """
        now = self._clock()
        hour = now.replace(minute=0, second=0, microsecond=0)
        issued_at = max(hour, min(position.stamped_at, now.replace(microsecond=0)))
        facts, federation = self._facts, self._keys.ring(KeyRole.FEDERATION)
        configuration = EntityConfiguration(
            issuer=facts.issuer,
            issued_at=issued_at,
            expires_at=issued_at + LIFETIME,
            federation_keys=federation.unexpired(now),
            record_keys=self._keys.ring(KeyRole.RECORD).published(),
            name=facts.publisher,
            contact=facts.contact,
            oai_pmh_endpoint=facts.oai_pmh_endpoint,
            resolve_endpoint=facts.resolve_endpoint,
            payload_limit=PAYLOAD_LIMIT,
            state=self._state(position),
            moved_to=facts.moved_to,
            moved_from=facts.moved_from,
        )
        return sign(write_configuration(configuration), federation.signer(now), TYP)

    def _state(self, position: ListPosition) -> NodeState:
        """Return the state at a position that the projection has reached; it is worked out once after each change."""
        seen = self._seen
        if seen is None or seen[0] != position.generation or seen[1].seq < position.seq:
            lines = held_lines(self._held, OWN)
            root = f"sha256:{sha256(lines.encode('ascii')).hexdigest()}"
            seen = position.generation, NodeState(seq=position.seq, count=lines.count("\n"), root=root)
            self._seen = seen
        return seen[1]


CONFIGURATION_LIMIT = 128 * 1024
"""Characters of a signed configuration."""

_ROOT = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
_LAST_SECOND = 253_402_300_799
_TEXT_LIMIT = 300

_Members = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedConfiguration:
    """A well-formed configuration that anybody may have written."""

    claimed: EntityConfiguration
    token: Token

    def verify(self, keys: KeySet) -> EntityConfiguration:
        """Return what it says if one of `keys` signed it; raises TokenRefused.

        `keys` are those that are trusted already: the pinned one, and those that a trusted configuration announced.
        Whether it has expired is the caller's question, because an expired one is still worth showing.
        """
        self.token.verify(keys)
        return self.claimed

    @property
    def federation_key(self) -> str:
        """Return the thumbprint of the key that signed it, to compare with what the operator says by another way."""
        return self.token.kid

    def own_key(self, kid: str) -> KeySet:
        """Return the key `kid` if the configuration itself lists it: for pinning by thumbprint."""
        listed = self.claimed.federation_keys
        return KeySet([listed[kid]] if kid in listed else [])


def receive(jws: str) -> ReceivedConfiguration:
    """Take a received string apart without believing it; raises a TokenRefused."""
    token = open_token(jws, typ=TYP, limit=CONFIGURATION_LIMIT)
    members = _object(loads(token.payload), "payload")
    issuer = _issuer(members.get("iss"), "iss")
    if members.get("sub") != issuer.address:
        raise TokenRefused("configuration", "sub")
    metadata = _object(members.get("metadata"), "metadata")
    node = _object(metadata.get(ENTITY_TYPE), ENTITY_TYPE)
    entity = _object(metadata.get("federation_entity", {}), "federation_entity")
    limits = _object(node.get("limits", {}), "limits")
    contacts = entity.get("contacts", [])
    if not isinstance(contacts, list):
        raise TokenRefused("configuration", "contacts")
    claimed = EntityConfiguration(
        issuer=issuer,
        issued_at=_moment(members, "iat"),
        expires_at=_moment(members, "exp"),
        federation_keys=KeySet.from_jwks(members.get("jwks")),
        record_keys=KeySet.from_jwks(node.get("jwks")),
        name=_text(entity.get("organization_name", ""), "organization_name"),
        contact=_text(contacts[0], "contacts") if contacts else "",
        oai_pmh_endpoint=_endpoint(node, "oai_pmh_endpoint", issuer),
        resolve_endpoint=(
            _endpoint(entity, "federation_resolve_endpoint", issuer) if "federation_resolve_endpoint" in entity else ""
        ),
        payload_limit=_integer(limits, "payload") if "payload" in limits else 0,
        state=_state(node),
        moved_to=_issuer(node["moved_to"], "moved_to") if "moved_to" in node else None,
        moved_from=_issuer(node["moved_from"], "moved_from") if "moved_from" in node else None,
    )
    return ReceivedConfiguration(claimed=claimed, token=token)


def _endpoint(members: _Members, member: str, issuer: Issuer) -> str:
    """Return the address to fetch from; it has to lie at the issuer, so that it leads nowhere else."""
    address = _text(members.get(member), member)
    if not address.startswith(f"{issuer.address}/") or not address.isprintable() or set(address) & set(" ?#@\\"):
        raise TokenRefused("configuration", member)
    return address


def _state(node: _Members) -> NodeState:
    state = _object(node.get("state"), "state")
    root = _text(state.get("root"), "state.root")
    if _ROOT.fullmatch(root) is None:
        raise TokenRefused("configuration", "state.root")
    return NodeState(seq=_integer(state, "seq"), count=_integer(state, "count"), root=root)


def _issuer(value: JsonValue, member: str) -> Issuer:
    try:
        return Issuer.parse(_text(value, member))
    except IssuerInvalid as error:
        raise TokenRefused("configuration", member) from error


def _moment(members: _Members, member: str) -> datetime:
    return datetime.fromtimestamp(_integer(members, member, _LAST_SECOND), UTC)


def _object(value: JsonValue, member: str) -> _Members:
    if not isinstance(value, dict):
        raise TokenRefused("configuration", member)
    return value


def _text(value: JsonValue, member: str) -> str:
    if not isinstance(value, str) or len(value) > _TEXT_LIMIT:
        raise TokenRefused("configuration", member)
    return value


def _integer(members: _Members, member: str, most: int = LARGEST_INTEGER) -> int:
    value = members.get(member)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise TokenRefused("configuration", member)
    return value
