# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Settings of a node that several machines serve."""

from __future__ import annotations

from pathlib import Path
from socket import gethostname
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings


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
    files: Path | None = Field(
        None, description="Folder that all machines reach, for pictures and files of records; empty where one serves"
    )
