# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Settings of a node that several machines serve."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from socket import gethostname
from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from app.shared.config.outside import BucketSettings

_SEVERAL = re.compile(
    r"(?P<before>postgres[^:]*://(?:[^@/]*@|(?![^/]*@)))(?P<hosts>[^/?]*,[^/?]*)(?P<name>/?[^?]*)\??(?P<others>.*)"
)


def with_hosts_apart(address: str) -> str:
    """Return a database address with hosts between commas, as PostgreSQL's own programs take it, as SQLAlchemy does."""
    found = _SEVERAL.fullmatch(address)
    if found is None:
        return address
    hosts = [f"host={host}" for host in found["hosts"].split(",")]
    return f"{found['before']}{found['name'] or '/'}?{'&'.join([*hosts, *filter(None, [found['others']])])}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketPlace:
    """A bucket, and the folder in it that belongs to the node, "" for all of it."""

    name: str
    folder: str


_BUCKET = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)/?")


class MachineSettings(BucketSettings):
    """What this machine does for the node; one machine does everything."""

    role: Literal["writer", "reader"] = Field(
        "writer", description="What this machine does: writer everything, reader shows what the writer has published"
    )
    machine: str = Field(
        default_factory=gethostname, min_length=1, max_length=100, description="Name of this machine; no two share one"
    )
    repository: Path | None = Field(
        None, description="Repository of the node's texts; empty means content.git in the data folder"
    )
    files: str = Field(
        "",
        description="Folder that all machines reach, for pictures and files of records, or a bucket with a folder in"
        " it, such as s3://erfahrungsnetz/files; empty where one machine serves",
    )

    @field_validator("files", mode="before")
    @classmethod
    def _folder(cls, value: Any) -> Any:
        text = str(value or "")
        return text if not text or text.startswith("s3://") else str(Path(text).expanduser().absolute())

    @field_validator("files", mode="after")
    @classmethod
    def _reachable(cls, value: str, info: ValidationInfo) -> str:
        if value.startswith("s3://"):
            if not _BUCKET.fullmatch(value):
                raise ValueError("must be a bucket, with or without a folder in it, such as s3://erfahrungsnetz/files")
            if not info.data.get("s3_endpoint") or not info.data.get("s3_credentials_file"):
                raise ValueError("needs NODE_S3_ENDPOINT and NODE_S3_CREDENTIALS_FILE")
        return value

    @property
    def bucket(self) -> BucketPlace | None:
        """The bucket for files, None where they lie in a folder."""
        found = _BUCKET.fullmatch(self.files)
        return BucketPlace(name=found[1], folder=found[2].removeprefix("/")) if found else None
