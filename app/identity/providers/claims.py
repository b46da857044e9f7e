"""What a provider's claims about somebody mean here. Pure: no network, no database."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.identity.municipality import Municipality
from app.identity.person import Role, RoleKind
from app.identity.providers.provider import Provider

NAME_LIMIT, ADDRESS_LIMIT = 200, 320
# One address and nothing that a message's header would read as several, as a group or as encoded words.
_ADDRESS = re.compile(r"(?!.*=\?)[^\s@<>()\[\]:;,\\\"\x00-\x1f\x7f]+@[\w-]+(?:\.[\w-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What this node takes over of a person; everything else in the claims is dropped unread.

    `email` is None unless the provider has made sure that it is theirs.
    """

    display_name: str
    email: str | None
    organisation: str | None
    roles: tuple[Role, ...]
    municipality: Municipality | None = None


def profile(claims: Mapping[str, Any], provider: Provider) -> Profile:
    """Return the profile that verified claims (OpenID Connect Core 5.1) describe."""
    return Profile(
        display_name=_name(claims, provider),
        email=_email(claims, provider),
        organisation=_organisation(claims, provider),
        roles=_roles(claims, provider),
        municipality=_municipality(claims, provider),
    )


def _name(claims: Mapping[str, Any], provider: Provider) -> str:
    parts = (_text(claims.get("given_name")), _text(claims.get("family_name")))
    whole = _text(claims.get(provider.claims.name)) or " ".join(part for part in parts if part)
    return (whole or _text(claims.get("preferred_username")))[:NAME_LIMIT]


def _email(claims: Mapping[str, Any], provider: Provider) -> str | None:
    address = _text(claims.get(provider.claims.email))
    confirmed = provider.claims.trust_email or claims.get("email_verified") is True
    # An address that nobody has checked could be somebody else's, and roles are granted by address.
    usable = len(address) <= ADDRESS_LIMIT and _ADDRESS.fullmatch(address) is not None
    return address if confirmed and usable else None


def _organisation(claims: Mapping[str, Any], provider: Provider) -> str | None:
    mapping = provider.claims
    if not mapping.organisation:
        return provider.only_organisation
    told = _values(claims.get(mapping.organisation))
    found = [mapping.organisations[value] for value in told if value in mapping.organisations]
    return found[0] if found else None


def _municipality(claims: Mapping[str, Any], provider: Provider) -> Municipality | None:
    mapping = provider.claims
    if not mapping.organisation:
        return provider.only_municipality
    told = (mapping.municipalities.get(value) for value in _values(claims.get(mapping.organisation)))
    found = {town.key: town for town in told if town}
    # Whoever works for several towns speaks for none of them until an operator says for which.
    return found.popitem()[1] if len(found) == 1 else None


def _roles(claims: Mapping[str, Any], provider: Provider) -> tuple[Role, ...]:
    mapping = provider.claims
    told = set(_values(claims.get(mapping.roles))) if mapping.roles else set()
    roles = [rule.role for rule in mapping.role_rules if rule.value in told]
    return tuple(dict.fromkeys((*mapping.default_roles, *roles))) or (Role(kind=RoleKind.READER),)


def _values(claim: object) -> tuple[str, ...]:
    # Providers send one value as text and several as a list.
    several = claim if isinstance(claim, list) else [claim]
    return tuple(value for value in several if isinstance(value, str))


def _text(claim: object) -> str:
    if not isinstance(claim, str):
        return ""
    # Control characters could change how a line with the name reads.
    return " ".join("".join(sign if sign.isprintable() else " " for sign in claim).split())
