"""Reads providers.toml, and reports every error at start-up with its place in the file."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from app.identity.municipality import Municipality, MunicipalityInvalid, Wrong
from app.identity.person import Role, RoleKind, Scope
from app.identity.providers.provider import ClaimMapping, ClientAuthentication, Employer, Provider, Providers
from app.shared.config import SettingsInvalid
from app.shared.config.load import SettingProblem
from app.shared.config.outside import LOOPBACK

VARIABLE = "NODE_PROVIDERS"
_WRONG = {
    Wrong.NAME: "the name of a municipality has at most 120 characters; place gives it where name differs",
    Wrong.KEY: 'ars "{ars}" is no official key: AGS (8 digits), ARS (12), of a district (5) or an association (9)',
    Wrong.STATE: 'ars {ars} does not lie in state "{state}"; states are written like "HE"',
}


def _issuer(value: str) -> str:
    parts = urlsplit(value)
    # OpenID Connect Discovery 3 demands https; plain http is accepted for a test provider on this machine.
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not safe or parts.query or parts.fragment:
        raise ValueError("must be an https address without query, exactly as the provider writes it")
    return value


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Role(_Part):
    role: RoleKind
    topics: list[str] = []
    states: list[Annotated[str, Field(pattern="^[A-Z]{2}$")]] = []
    organisations: list[str] = []

    def value(self) -> Role:
        return Role(kind=self.role, scope=Scope.of(self.topics, self.states, self.organisations))


class _RoleRule(_Role):
    value_of_claim: str = Field(alias="value", min_length=1)


class _Employer(_Part):
    name: str = Field(min_length=1, max_length=200)
    organisation: str | None = None
    claim_value: str | None = None
    state: str = ""
    ars: str = ""
    place: str = ""

    @model_validator(mode="after")
    def _identified(self) -> _Employer:
        if bool(self.state) != bool(self.ars) or (self.place and not self.ars):
            raise ValueError("a municipality needs both state and ars; place is its name where it differs from name")
        self.municipality()
        return self

    def municipality(self) -> Municipality | None:
        if not self.ars:
            return None
        try:
            return Municipality.of(self.place or self.name, self.state, self.ars)
        except MunicipalityInvalid as error:
            raise ValueError(_WRONG[error.wrong].format(ars=self.ars, state=self.state)) from error


class _Claims(_Part):
    name: str = "name"
    email: str = "email"
    organisation: str = ""
    roles: str = ""
    trust_email: bool = False


class _Provider(_Part):
    key: str = Field(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)
    issuer: Annotated[str, AfterValidator(_issuer)]
    client_id: str = Field(min_length=1)
    client_secret_file: Path | None = None
    client_secret_env: str | None = None
    client_authentication: ClientAuthentication = "basic"
    label: str = Field(min_length=1, max_length=200)
    for_guests: bool = False
    scope: str = Field("openid profile email", pattern="(^| )openid( |$)")
    claims: _Claims = _Claims()
    employers: list[_Employer] = []
    roles: list[_RoleRule] = []
    default_roles: list[_Role] = []

    @field_validator("default_roles", mode="after")
    @classmethod
    def _nobody_administers_unnamed(cls, value: list[_Role]) -> list[_Role]:
        if any(one.role is RoleKind.OPERATOR for one in value):
            raise ValueError("would make operators of everybody from there; name them with erfahrungsnetz grant")
        return value

    @field_validator("roles", mode="after")
    @classmethod
    def _told_by_a_claim(cls, value: list[_RoleRule], info: ValidationInfo) -> list[_RoleRule]:
        claims = info.data.get("claims")
        if value and claims and not claims.roles:
            raise ValueError(
                'nobody gets these: claims must say which one holds the values, such as { roles = "groups" }'
            )
        return value


_SAME = {"key", "issuer", "client_id", "client_authentication", "label", "for_guests", "scope"}
"""Fields that a provider takes from the file unchanged."""


class _File(_Part):
    version: Literal[1] = 1
    provider: list[_Provider] = []


def load_providers(path: Path, environment: Mapping[str, str] = os.environ) -> Providers:
    """Return the providers in a file, none if it does not exist; raises SettingsInvalid.

    The secret comes from `client_secret_file` (relative to the file) or from the variable `client_secret_env`. Without
    either, the client is public and only PKCE protects the exchange.
    """
    if not path.exists():
        return Providers(())
    try:
        file = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _invalid(f"{path.name}: {error}") from error
    except ValidationError as error:
        raise SettingsInvalid([_problem(path, item) for item in error.errors()]) from error
    providers = tuple(_provider(item, path, environment) for item in file.provider)
    for kind, values in (("key", [p.key for p in providers]), ("issuer", [p.issuer for p in providers])):
        if len(set(values)) < len(values):
            # Two clients at one issuer could not be told apart when it ends sessions.
            raise _invalid(f"{path.name}: each provider must have its own {kind}")
    return Providers(providers)


def secret_files(path: Path) -> list[Path]:
    """Return the secret files that a providers file names; none if it does not exist or cannot be read."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("provider", [])
        named = [str(one["client_secret_file"]) for one in entries if "client_secret_file" in one]
    except (OSError, ValueError, TypeError, AttributeError):
        return []
    return [path.parent / name for name in named]


def _provider(item: _Provider, path: Path, environment: Mapping[str, str]) -> Provider:
    organisations = {e.claim_value or e.name: e.organisation for e in item.employers if e.organisation}
    municipalities = {e.claim_value or e.name: town for e in item.employers if (town := e.municipality())}
    return Provider(
        **item.model_dump(include=_SAME),
        client_secret=_secret(item, path, environment),
        employers=tuple(
            Employer(name=each.name, organisation=each.organisation, municipality=each.municipality())
            for each in item.employers
        ),
        claims=ClaimMapping(
            **item.claims.model_dump(),
            organisations=organisations,
            municipalities=municipalities,
            role_rules=tuple((rule.value_of_claim, rule.value()) for rule in item.roles),
            default_roles=tuple(role.value() for role in item.default_roles),
        ),
    )


def _secret(item: _Provider, path: Path, environment: Mapping[str, str]) -> str | None:
    if item.client_secret_file is not None:
        file = path.parent / item.client_secret_file
        try:
            return file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise _invalid(f"{path.name}: client_secret_file of {item.key} cannot be read: {file}") from error
    if item.client_secret_env is not None:
        if not environment.get(item.client_secret_env):
            raise _invalid(f"{path.name}: client_secret_env of {item.key}: {item.client_secret_env} is not set")
        return environment[item.client_secret_env]
    return None


def _problem(path: Path, item: Mapping[str, Any]) -> SettingProblem:
    place = ".".join(str(part + 1) if isinstance(part, int) else part for part in item["loc"])
    reason = "is not a setting" if item["type"] == "extra_forbidden" else item["msg"].removeprefix("Value error, ")
    return SettingProblem(variable=VARIABLE, reason=f"{path.name}: {place}: {reason}")


def _invalid(reason: str) -> SettingsInvalid:
    return SettingsInvalid([SettingProblem(variable=VARIABLE, reason=reason)])
