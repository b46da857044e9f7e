# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The provider of three example persons that `make run` starts, for trying out a node on one's own machine.

Its program is tools/example_provider; the settings refuse it on any node that others can reach.
"""

from __future__ import annotations

from app.identity.municipality import Municipality
from app.identity.providers.provider import ClaimMapping, Employer, Provider, RoleRule
from app.identity.roles import Role, RoleKind

KEY = "beispiel"
CLIENT_ID = "erfahrungsnetz"
EMPLOYER = "Beispielstadt (Beispiel zum Ausprobieren)"
TOWN = Municipality(name="Beispielstadt (erfunden)", state="HE", ars="06999999")
"""No municipality has this key: Hessen has no district with these digits."""


def example_provider(issuer: str) -> Provider:
    """Return the provider that listens at `issuer`."""
    return Provider(
        key=KEY,
        issuer=issuer,
        client_id=CLIENT_ID,
        label="Beispiel-Anmeldung",
        employers=(Employer(name=EMPLOYER, municipality=TOWN),),
        for_guests=True,
        scope="openid profile email roles",
        claims=ClaimMapping(
            organisation="organisation",
            roles="roles",
            organisations={name: name for name in ("beispielstadt", "beispielverbund")},
            municipalities={"beispielstadt": TOWN},
            role_rules=tuple(RoleRule(value=str(kind), role=Role(kind=kind)) for kind in RoleKind),
        ),
        example=True,
    )
