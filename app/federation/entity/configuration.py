# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The value that a node signs about itself (OpenID Federation 1.0, section 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import rfc8785

from app.content.json_value import JsonValue
from app.federation.issuer import Issuer
from app.federation.jose import KeySet
from app.federation.state import State

TYP = "entity-statement+jwt"
ENTITY_TYPE = "knowledge_node"
LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityFacts:
    """What a node says of itself besides keys and state.

    `moved_to` is where it goes on, if it has moved; `moved_from` where it was before, so that its records keep the
    names that they got there.
    """

    issuer: Issuer
    name: str
    contact: str = ""
    moved_to: Issuer | None = None
    moved_from: Issuer | None = None
    payload_limit: int

    @property
    def oai_pmh_endpoint(self) -> str:
        """Return the address at which others fetch."""
        return f"{self.issuer.address}/oai"

    @property
    def resolve_endpoint(self) -> str:
        """Return the address at which this node vouches for others."""
        return f"{self.issuer.address}/fed/resolve"


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
    state: State
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
