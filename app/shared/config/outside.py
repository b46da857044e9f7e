"""Settings for services that a node uses, and for the machines that serve it."""

import re
from pathlib import Path
from socket import gethostname
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_HOST = re.compile(r"[\w.-]+|[0-9A-Fa-f:.]+")


def _in_the_clear(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname not in LOOPBACK


def _is_web_address(url: str) -> bool:
    """Return whether `url` is a usable http or https address: with a host, a valid port, and no unsafe characters."""
    if not is_well_formed(url):
        return False
    parts = urlsplit(url)
    is_plain = url.isascii() and url.isprintable() and not set(" #\\") & set(url)
    return is_plain and parts.scheme in {"http", "https"} and bool(parts.hostname)


def is_well_formed(url: str) -> bool:
    """Return whether `url` can be parsed and its port, if given, is valid."""
    try:
        _ = urlsplit(url).port
    except ValueError:
        return False
    return True


class MailSettings(BaseSettings):
    """Settings for e-mail. Without a host no e-mail is sent, and notices appear on the site only."""

    smtp_host: str = Field("", description="Mail server that takes the node's messages; empty sends none")
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the mail server")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="starttls (port 587), tls (port 465), or none for a server on the same machine"
    )
    smtp_user: str = Field("", description="Account at the mail server; empty sends without signing in")
    smtp_password_file: Path | None = Field(None, description="File that holds the password of that account")
    smtp_from: str = Field("", description="Sender's address of the messages; empty means operator_email")
    still_true_per_day: int = Field(
        0,
        ge=0,
        le=100,
        description="Messages a day that ask the offices named in cases whether these still hold; 0 asks nobody",
    )

    @field_validator("smtp_host", mode="after")
    @classmethod
    def _name_alone(cls, value: str) -> str:
        if value and not _HOST.fullmatch(value):
            raise ValueError(
                "must be the name of a server alone, such as mail.example; its port goes into NODE_SMTP_PORT"
            )
        return value

    @field_validator("smtp_user", mode="after")
    @classmethod
    def _password_kept_secret(cls, value: str, info: ValidationInfo) -> str:
        given = info.data
        if value and given.get("smtp_security") == "none" and given.get("smtp_host") not in LOOPBACK:
            raise ValueError("its password would be sent in the clear; set NODE_SMTP_SECURITY to starttls or tls")
        return value


class MirrorSettings(BaseSettings):
    """Settings for the mirror on a forge. Without an address there is none."""

    mirror_url: str = Field(
        "", description="Repository on a forge that mirrors what is published, see docs/reference/forge.md"
    )
    mirror_credentials_file: Path | None = Field(None, description="File with user:token for it; needs https")
    mirror_answers: Literal["", "gitlab", "github", "gitea"] = Field(
        "",
        description="Software of the forge, for answers on a branch at fault by the API, with the same token; gitea for"
        " Forgejo too. Without it they stand on /betrieb",
    )

    @field_validator("mirror_url", mode="after")
    @classmethod
    def _without_secret(cls, value: str) -> str:
        if value and (not value.startswith(("https://", "http://")) or "@" in value):
            raise ValueError("must be a web address without user name; those go into NODE_MIRROR_CREDENTIALS_FILE")
        return value

    @field_validator("mirror_credentials_file", mode="after")
    @classmethod
    def _kept_secret(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if value is not None and _in_the_clear(str(info.data.get("mirror_url", ""))):
            raise ValueError("would be sent in the clear; NODE_MIRROR_URL must begin with https://")
        return value


class MeaningSettings(BaseSettings):
    """Settings for comparing texts by meaning, with a model on this machine or on the operator's server."""

    meaning: Literal["auto", "server", "off"] = Field(
        "auto",
        description="auto compares by meaning as well where its model is installed; server asks NODE_MEANING_URL;"
        " off uses words only",
    )
    meaning_url: str = Field(
        "", description="Server of your own, such as http://10.0.0.5:8080/v1/embeddings, see docs/reference/meaning.md"
    )
    meaning_model: str = Field("", max_length=80, description="Name of the model on that server")
    meaning_dimensions: int = Field(0, ge=0, le=8192, description="Numbers in each of that model's vectors")
    meaning_query_prefix: str = Field(
        "", max_length=500, description="What that model wants before a question, such as query:"
    )
    meaning_passage_prefix: str = Field(
        "", max_length=500, description="What that model wants before a passage, such as passage:"
    )
    meaning_key_file: Path | None = Field(None, description="File with the key that the server wants to see")

    @field_validator("meaning_url", mode="after")
    @classmethod
    def _entered(cls, value: str, info: ValidationInfo) -> str:
        if "@" in value:
            raise ValueError("must have no user name; a key goes into NODE_MEANING_KEY_FILE")
        if (value or info.data.get("meaning") == "server") and not _is_web_address(value):
            raise ValueError("must be a web address such as http://10.0.0.5:8080/v1/embeddings")
        return value

    @field_validator("meaning_model", "meaning_dimensions", mode="after")
    @classmethod
    def _named(cls, value: str | int, info: ValidationInfo) -> str | int:
        if info.data.get("meaning") == "server" and not value:
            raise ValueError("must be given with NODE_MEANING=server")
        return value

    @field_validator("meaning_key_file", mode="after")
    @classmethod
    def _key_kept_secret(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if value is not None and _in_the_clear(str(info.data.get("meaning_url", ""))):
            raise ValueError("would be sent in the clear; NODE_MEANING_URL must begin with https://")
        return value


_SEVERAL = re.compile(
    r"(?P<before>postgres[^:]*://(?:[^@/]*@|(?![^/]*@)))(?P<hosts>[^/?]*,[^/?]*)(?P<name>/?[^?]*)\??(?P<others>.*)"
)


def with_hosts_apart(address: str) -> str:
    """Convert a database address from PostgreSQL's form, with hosts separated by commas, to SQLAlchemy's."""
    found = _SEVERAL.fullmatch(address)
    if found is None:
        return address
    hosts = [f"host={host}" for host in found["hosts"].split(",")]
    return f"{found['before']}{found['name'] or '/'}?{'&'.join([*hosts, *filter(None, [found['others']])])}"


class MachineSettings(BaseSettings):
    """Settings for several machines that share one node; a single machine does everything."""

    role: Literal["writer", "reader"] = Field(
        "writer", description="writer does everything, reader shows what the writer has published, see docs/growing.md"
    )
    machine: str = Field(
        default_factory=gethostname, min_length=1, max_length=100, description="Name of this machine; no two share one"
    )
    repository: Path | None = Field(
        None, description="Repository of the node's texts; empty means content.git in the data folder"
    )
    files: str = Field(
        "",
        description="Folder that all machines reach, for pictures and files, see docs/growing.md; empty on one machine",
    )

    @field_validator("files", mode="before")
    @classmethod
    def _folder(cls, value: Any) -> Any:
        text = str(value or "")
        if text.startswith("s3://"):
            raise ValueError(
                "a bucket is no longer read by the node itself. Mount it, such as with rclone (docs/growing.md), name"
                " the folder in which own/ and foreign-files/ appear, and remove NODE_S3_…. Nothing is lost: all files"
                " stay where they are"
            )
        return str(Path(text).expanduser().absolute()) if text else text
