# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads the configuration of another node: signed by a key that is trusted, about itself, and not expired."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from app.content.json_value import LARGEST_INTEGER, JsonValue
from app.federation.entity.configuration import ENTITY_TYPE, TYP, EntityConfiguration
from app.federation.issuer import Issuer, IssuerInvalid
from app.federation.jose import KeySet, Token, TokenRefused, loads, open_token
from app.federation.state import State

CONFIGURATION_LIMIT = 128 * 1024
"""Characters of a signed configuration."""

_ROOT = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
_LAST_SECOND = 253_402_300_799
_TEXT_LIMIT = 300

_Members = Mapping[str, JsonValue]


class ConfigurationWrong(TokenRefused):
    """The member `member` of a configuration is missing or has no value that it may have."""

    code = "configuration"

    def __init__(self, member: str) -> None:
        super().__init__(member)
        self.member = member


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedConfiguration:
    """A configuration that the key `kid` signed; `jws` is what was received."""

    configuration: EntityConfiguration
    jws: str
    kid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedConfiguration:
    """A well-formed configuration that anybody may have written."""

    claimed: EntityConfiguration
    token: Token

    def verify(self, keys: KeySet) -> VerifiedConfiguration:
        """Return it if one of `keys` signed it; raises KeyUnknown, KeyCompromised and SignatureWrong.

        `keys` are those that are trusted already: the pinned one, and those that a trusted configuration announced.
        Whether it has expired is the caller's question, because an expired one is still worth showing.
        """
        key = self.token.verify(keys)
        return VerifiedConfiguration(configuration=self.claimed, jws=self.token.text, kid=key.kid)

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
        raise ConfigurationWrong("sub")
    metadata = _object(members.get("metadata"), "metadata")
    node = _object(metadata.get(ENTITY_TYPE), ENTITY_TYPE)
    entity = _object(metadata.get("federation_entity", {}), "federation_entity")
    limits = _object(node.get("limits", {}), "limits")
    claimed = EntityConfiguration(
        issuer=issuer,
        issued_at=_moment(members, "iat"),
        expires_at=_moment(members, "exp"),
        federation_keys=KeySet.from_jwks(members.get("jwks")),
        record_keys=KeySet.from_jwks(node.get("jwks")),
        name=_text(entity.get("organization_name", ""), "organization_name"),
        contact=_contact(entity),
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


def verify(jws: str, keys: KeySet) -> VerifiedConfiguration:
    """Return what a node says of itself if one of `keys` signed it; raises a TokenRefused."""
    return receive(jws).verify(keys)


def _endpoint(members: _Members, member: str, issuer: Issuer) -> str:
    """Return the address to fetch from; it has to lie at the issuer, so that it leads nowhere else."""
    address = _text(members.get(member), member)
    if not address.startswith(f"{issuer.address}/") or not address.isprintable() or set(address) & set(" ?#@\\"):
        raise ConfigurationWrong(member)
    return address


def _state(node: _Members) -> State:
    state = _object(node.get("state"), "state")
    root = _text(state.get("root"), "state.root")
    if _ROOT.fullmatch(root) is None:
        raise ConfigurationWrong("state.root")
    return State(seq=_integer(state, "seq"), count=_integer(state, "count"), root=root)


def _contact(entity: _Members) -> str:
    contacts = entity.get("contacts", [])
    if not isinstance(contacts, list):
        raise ConfigurationWrong("contacts")
    return _text(contacts[0], "contacts") if contacts else ""


def _issuer(value: JsonValue, member: str) -> Issuer:
    try:
        return Issuer.parse(_text(value, member))
    except IssuerInvalid as error:
        raise ConfigurationWrong(member) from error


def _moment(members: _Members, member: str) -> datetime:
    return datetime.fromtimestamp(_integer(members, member, _LAST_SECOND), UTC)


def _object(value: JsonValue, member: str) -> _Members:
    if not isinstance(value, dict):
        raise ConfigurationWrong(member)
    return value


def _text(value: JsonValue, member: str) -> str:
    if not isinstance(value, str) or len(value) > _TEXT_LIMIT:
        raise ConfigurationWrong(member)
    return value


def _integer(members: _Members, member: str, most: int = LARGEST_INTEGER) -> int:
    value = members.get(member)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ConfigurationWrong(member)
    return value
