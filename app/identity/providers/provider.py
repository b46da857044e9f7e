"""OpenID providers and their claims; the example provider (tools/example_provider) is refused on nodes others reach."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from app.identity.municipality import Municipality
from app.identity.person import Role, RoleKind
from app.shared.errors import NotFound

ClientAuthentication = Literal["basic", "post"]
"""How the node sends its secret: in a header or in the body (OpenID Connect Core 9)."""


class ProviderUnknown(NotFound):
    """No provider has this key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Employer:
    """An entry of "I work at …": its name, the organisation's slug, and the municipality its people may speak for."""

    name: str
    organisation: str | None = None
    municipality: Municipality | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimMapping:
    """Names of claims; two map the claim `organisation`; `role_rules` pairs values of the claim `roles` with roles."""

    name: str = "name"
    email: str = "email"
    organisation: str = ""
    roles: str = ""
    organisations: Mapping[str, str] = field(default_factory=dict)
    municipalities: Mapping[str, Municipality] = field(default_factory=dict)
    role_rules: tuple[tuple[str, Role], ...] = ()
    default_roles: tuple[Role, ...] = ()
    trust_email: bool = False

    @property
    def wanted(self) -> Mapping[str, str]:
        """Return the claims from which employer and roles come, by what comes from them."""
        both = {"organisation": self.organisation, "roles": self.roles}
        return {what: claim for what, claim in both.items() if claim}


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One OpenID provider. `key` is part of addresses; readers choose by `employers` and never see it.

    `for_guests` marks the provider for invited people whose town has none. The secret is not part of the
    representation, so that no log or error contains it.
    """

    key: str
    issuer: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    client_authentication: ClientAuthentication = "basic"
    label: str
    employers: tuple[Employer, ...]
    for_guests: bool = False
    scope: str = "openid profile email"
    claims: ClaimMapping = field(default_factory=ClaimMapping)
    example: bool = False

    @property
    def only_organisation(self) -> str | None:
        """Return the only organisation whose people the provider knows, None if there are several."""
        known = {employer.organisation for employer in self.employers}
        return known.pop() if len(known) == 1 and not self.for_guests else None

    @property
    def only_municipality(self) -> Municipality | None:
        """Return the only municipality whose people the provider knows, None if it knows others as well."""
        known = {employer.municipality for employer in self.employers}
        return known.pop() if len(known) == 1 and not self.for_guests else None


class Providers:
    """All providers of this node."""

    def __init__(self, providers: tuple[Provider, ...]) -> None:
        self._by_key = {provider.key: provider for provider in providers}

    def __iter__(self) -> Iterator[Provider]:
        """Iterate over the providers in the order of the file."""
        return iter(self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)

    def get(self, key: str) -> Provider:
        """Return the provider with this key; raises ProviderUnknown."""
        try:
            return self._by_key[key]
        except KeyError as error:
            raise ProviderUnknown(key) from error

    def choices(self) -> tuple[tuple[Employer, Provider], ...]:
        """Return every employer with the provider that knows its people, sorted by name."""
        pairs = ((employer, provider) for provider in self for employer in provider.employers)
        return tuple(sorted(pairs, key=lambda pair: pair[0].name.casefold()))

    def for_guests(self) -> tuple[Provider, ...]:
        """Return the providers through which invited people sign in."""
        return tuple(provider for provider in self if provider.for_guests)


EXAMPLE_KEY = "beispiel"
EXAMPLE_CLIENT_ID = "erfahrungsnetz"
EXAMPLE_EMPLOYER = "Beispielstadt (Beispiel zum Ausprobieren)"
EXAMPLE_TOWN = Municipality(name="Beispielstadt (erfunden)", state="HE", ars="06999999")
"""An invented municipality; no real one has this key, since Hessen has no district 06999."""


def example_provider(issuer: str) -> Provider:
    """Return the provider that listens at `issuer`."""
    return Provider(
        key=EXAMPLE_KEY,
        issuer=issuer,
        client_id=EXAMPLE_CLIENT_ID,
        label="Beispiel-Anmeldung",
        employers=(Employer(name=EXAMPLE_EMPLOYER, municipality=EXAMPLE_TOWN),),
        for_guests=True,
        scope="openid profile email roles",
        claims=ClaimMapping(
            organisation="organisation",
            roles="roles",
            organisations={name: name for name in ("beispielstadt", "beispielverbund")},
            municipalities={"beispielstadt": EXAMPLE_TOWN},
            role_rules=tuple((str(kind), Role(kind=kind)) for kind in RoleKind),
        ),
        example=True,
    )


NAME_LIMIT, ADDRESS_LIMIT = 200, 320
# A single address, without anything that a mail header would read as several, a group or encoded words.
_ADDRESS = re.compile(r"(?!.*=\?)[^\s@<>()\[\]:;,\\\"\x00-\x1f\x7f]+@[\w-]+(?:\.[\w-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is stored about a person; `email` is None unless the provider has verified it."""

    display_name: str
    email: str | None
    organisation: str | None
    roles: tuple[Role, ...]
    municipality: Municipality | None = None


def profile(claims: Mapping[str, Any], provider: Provider) -> Profile:
    """Return the profile that verified claims (OpenID Connect Core 5.1) describe."""
    mapping = provider.claims
    parts = (_text(claims.get("given_name")), _text(claims.get("family_name")))
    name = _text(claims.get(mapping.name)) or " ".join(filter(None, parts)) or _text(claims.get("preferred_username"))
    address = _text(claims.get(mapping.email))
    confirmed = mapping.trust_email or claims.get("email_verified") is True
    # An unverified address could be somebody else's, and roles are granted by address.
    usable = len(address) <= ADDRESS_LIMIT and _ADDRESS.fullmatch(address) is not None
    organisation, municipality = provider.only_organisation, provider.only_municipality
    if mapping.organisation:
        told = _values(claims.get(mapping.organisation))
        organisation = next((mapping.organisations[value] for value in told if value in mapping.organisations), None)
        towns = {town.key: town for value in told if (town := mapping.municipalities.get(value))}
        # A person who works for several towns speaks for none of them until an operator chooses one.
        municipality = towns.popitem()[1] if len(towns) == 1 else None
    named = _values(claims.get(mapping.roles)) if mapping.roles else ()
    roles = (*mapping.default_roles, *(role for value, role in mapping.role_rules if value in named))
    return Profile(
        display_name=name[:NAME_LIMIT],
        email=address if confirmed and usable else None,
        organisation=organisation,
        roles=tuple(dict.fromkeys(roles)) or (Role(kind=RoleKind.READER),),
        municipality=municipality,
    )


def _values(claim: object) -> tuple[str, ...]:
    # Providers send a single value as a string and several as a list.
    several = claim if isinstance(claim, list) else [claim]
    return tuple(value for value in several if isinstance(value, str))


def _text(claim: object) -> str:
    if not isinstance(claim, str):
        return ""
    # Control characters could change how a line that contains the name is displayed.
    return " ".join("".join(sign if sign.isprintable() else " " for sign in claim).split())
