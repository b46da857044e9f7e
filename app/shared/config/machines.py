"""Settings of a node that several machines serve."""

from __future__ import annotations

import re
from pathlib import Path
from socket import gethostname
from typing import Any, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

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


class MachineSettings(BaseSettings):
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
        description="Folder that all machines reach, for pictures and files of records; empty where one machine serves",
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
