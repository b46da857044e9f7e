"""All settings of a node, checked when the program starts."""

from collections.abc import Mapping
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.shared.config.outside import (
    LOOPBACK,
    MachineSettings,
    MailSettings,
    MeaningSettings,
    MirrorSettings,
    is_well_formed,
    with_hosts_apart,
)

AccessibilityStatus = Literal["unassessed", "partial", "full"]


class OperatorSettings(BaseSettings):
    """Details of the operator; imprint, privacy page and accessibility statement show visibly what is missing."""

    operator_name: str = Field("", description="Body that runs the node, for the imprint (§ 5 DDG)")
    operator_address: str = Field("", description="Postal address; lines separated by a comma")
    operator_email: str = Field("", description="E-mail address for quick contact")
    operator_phone: str = Field("", description="Telephone number")
    operator_represented_by: str = Field("", description="Office that represents the body, such as the mayor")
    operator_vat_id: str = Field("", description="VAT identification number, if the body has one")
    editor_in_charge: str = Field("", description="Person responsible for journalistic content (§ 18 MStV)")
    privacy_officer: str = Field("", description="How to reach the data protection officer")
    privacy_authority: str = Field("", description="Supervisory authority for complaints (Art. 77 GDPR)")
    accessibility_status: AccessibilityStatus = Field(
        "unassessed", description="Result of the last assessment: unassessed, partial or full"
    )
    accessibility_assessed_on: date | None = Field(None, description="Day of the last assessment, YYYY-MM-DD")
    accessibility_method: str = Field("", description="How it was assessed, such as a self-assessment")
    accessibility_gaps: str = Field("", description="Known barriers and the reasons for them")
    accessibility_email: str = Field("", description="Where barriers can be reported; empty means operator_email")
    accessibility_enforcement: str = Field("", description="Enforcement body of the state, with its address")


_PACKAGE = Path(__file__).resolve().parents[2]
_BUNDLED = _PACKAGE / "bundled"
PROJECT_ROOT = _BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parent
"""Holds schemas/, static/ and the seed content/: the checkout, or a folder of the installed wheel."""


def default_data() -> Path:
    """Return `instance/` in the checkout; an installed wheel, which may be read-only, takes the current folder."""
    return (Path.cwd() if PROJECT_ROOT == _BUNDLED else PROJECT_ROOT) / "instance"


def _listening_at(given: Mapping[str, Any]) -> str:
    host = given["host"]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        host = "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{given['port']}"


def _file_in(given: Mapping[str, Any]) -> str:
    return f"sqlite:///{Path(given['data']) / 'node.sqlite'}"


def is_private(given: Mapping[str, Any]) -> bool:
    """Return whether only programs on this machine can reach a node with these settings."""
    outside = urlsplit(str(given.get("issuer", ""))).hostname
    return {given.get("host"), outside} <= LOOPBACK and not given.get("trusted_proxies")


_PATHS = (
    "data",
    "content",
    "secret_key_file",
    "providers",
    "smtp_password_file",
    "mirror_credentials_file",
    "meaning_key_file",
    "metrics_token_file",
    "federation_ca",
    "repository",
)


class Settings(OperatorSettings, MailSettings, MirrorSettings, MeaningSettings, MachineSettings):
    """All settings, frozen; each field is read from the variable NODE_<FIELD IN CAPITALS>."""

    model_config = SettingsConfigDict(env_prefix="NODE_", env_ignore_empty=True, env_file_encoding="utf-8", frozen=True)

    data: Path = Field(default_factory=default_data, description="Folder with everything the node owns; back this up")
    content: Path = Field(
        PROJECT_ROOT / "content", description="Folder of records; once set, each start publishes what changed in it"
    )
    host: str = Field("127.0.0.1", description="Address to listen on; 0.0.0.0 for all")
    port: int = Field(8000, ge=1, le=65535, description="Port to listen on")
    issuer: str = Field(
        default_factory=_listening_at,
        description="Public address, such as https://erfahrungen.example; it is part of the address of each record",
    )
    moved_from: str = Field("", description="Earlier address of a node that has moved, see docs/reference/keys.md")
    name: str = Field("Erfahrungsnetz", min_length=1, description="Name of the site in its header and titles")
    timezone: str = Field("Europe/Berlin", description="Time zone in which pages show times")
    database_url: str = Field(
        default_factory=_file_in,
        description="Address of the database, such as postgresql://user:secret@host/name, see docs/growing.md",
    )
    search: Literal["whoosh", "tantivy"] = Field(
        "whoosh",
        description="Search engine; tantivy is for many records and needs a package, see docs/growing.md",
    )
    places: Literal["auto", "shipped"] = Field(
        "auto",
        description="auto knows the official keys of municipalities where set-up could make that list; "
        "shipped uses the list that comes with the program",
    )
    foreign_files_mib: int = Field(
        1024,
        ge=0,
        le=1024 * 1024,
        description="MiB of pictures and files kept of the records of each other node; 0 fetches none",
    )
    proposals_per_hour: int = Field(
        60, ge=1, le=10000, description="Texts that one person may send for review in an hour"
    )
    comments_per_hour: int = Field(120, ge=1, le=10000, description="Remarks that one person may make in an hour")
    memo_days: int = Field(90, ge=1, le=3650, description="Days for which a saved reuse memo is kept")
    providers: Path | None = Field(
        None, description="File with the OpenID providers for sign-in; empty means providers.toml in the data folder"
    )
    federation_ca: Path | None = Field(
        None,
        description="File with certificates (PEM) of authorities that vouch for other nodes, besides the system's",
    )
    session_hours: int = Field(12, ge=1, le=720, description="Hours for which somebody stays signed in")
    workers: int = Field(2, ge=1, le=64, description="Processes that answer requests; about one a core")
    threads: int = Field(4, ge=1, le=64, description="Threads in each of these processes")
    trusted_proxies: int = Field(
        0, ge=0, le=4, description="Reverse proxies in front whose X-Forwarded-For, -Proto and -Host count"
    )
    secret_key_file: Path | None = Field(
        None, description="File with the key that signs cookies; empty means keys/secret in the data folder"
    )
    metrics_token_file: Path | None = Field(None, description="File with the token for /metrics; empty: no /metrics")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged")
    log_format: Literal["auto", "console", "json"] = Field(
        "auto", description="console for people, json for machines; auto chooses by whether a terminal reads it"
    )
    example_provider: str = Field(
        "",
        description="Address of the example provider that make run starts; only on a node that nobody else can reach",
    )

    @field_validator(*_PATHS, mode="after")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        # Relative to the current folder at start, because workers may change it later.
        return None if value is None else value.expanduser().absolute()

    @field_validator("issuer", mode="after")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("must be a web address such as https://erfahrungen.example")
        if not is_well_formed(value):
            raise ValueError("names a port that there is not")
        return value.rstrip("/")

    @field_validator("moved_from", mode="after")
    @classmethod
    def _another_address(cls, value: str, info: ValidationInfo) -> str:
        if value and value.rstrip("/") == info.data.get("issuer"):
            raise ValueError("is NODE_ISSUER itself; name the other address, or leave it empty")
        return value

    @field_validator("database_url", mode="after")
    @classmethod
    def _hosts(cls, value: str) -> str:
        return with_hosts_apart(value)

    @field_validator("search", mode="before")
    @classmethod
    def _without_servers(cls, value: object) -> object:
        if value == "sphinx":
            raise ValueError(
                "sphinx is no longer an engine. Remove NODE_SEARCH_SERVERS and set NODE_SEARCH=tantivy:"
                " .venv/bin/pip install -e '.[tantivy]', then erfahrungsnetz reindex. Nothing is lost: the index is"
                " built from the records"
            )
        return value

    @field_validator("search", mode="after")
    @classmethod
    def _installed(cls, value: str) -> str:
        if value == "tantivy" and find_spec(value) is None:
            raise ValueError(f"needs a package that is not installed: .venv/bin/pip install -e '.[{value}]'")
        return value

    @field_validator("example_provider", mode="after")
    @classmethod
    def _only_here(cls, value: str, info: ValidationInfo) -> str:
        if value and not is_private(info.data):
            raise ValueError("its persons have no password, so it is only for a node on the loopback address")
        if value and urlsplit(value).hostname not in LOOPBACK:
            raise ValueError("must be a program on this machine")
        return value

    @property
    def meaning_host(self) -> str:
        """Host of the server that computes vectors, "" if this machine computes them or nobody does."""
        return (urlsplit(self.meaning_url).hostname or "") if self.meaning == "server" else ""

    @property
    def providers_path(self) -> Path:
        """The file that lists the OpenID providers; it may be missing."""
        return self.providers or self.data / "providers.toml"

    @property
    def repository_path(self) -> Path:
        """The bare git repository with the node's own texts."""
        return self.repository or self.data / "content.git"

    @property
    def reads_only(self) -> bool:
        """Whether another machine writes, so that this one only reads."""
        return self.role == "reader"

    @property
    def keys_path(self) -> Path:
        """Folder of the node's private keys."""
        return self.data / "keys"

    @property
    def index_path(self) -> Path:
        """Folder of the search index, which can be rebuilt at any time."""
        return self.data / "index"

    @property
    def follows(self) -> Path | None:
        """The folder that the operator chose to follow, None for the default folder that comes with the program."""
        return self.content if "content" in self.model_fields_set else None

    @property
    def schemas_path(self) -> Path:
        """Folder of the JSON Schemas for all kinds of records."""
        return PROJECT_ROOT / "schemas"

    @property
    def places_path(self) -> Path | None:
        """The list of places created at set-up, which may be missing; None to use the list shipped with the program."""
        return PROJECT_ROOT / "build" / "places" / "places.sqlite" if self.places == "auto" else None

    @property
    def outlines_path(self) -> Path:
        """The outlines of the German states created at set-up; they may be missing."""
        return PROJECT_ROOT / "build" / "places" / "outlines.json"

    @property
    def static_path(self) -> Path:
        """Folder of the static files."""
        return PROJECT_ROOT / "static"
