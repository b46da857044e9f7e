# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The forge that shows what is published."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings


class MirrorSettings(BaseSettings):
    """Without an address there is no mirror."""

    mirror_url: str = Field(
        "", description="Repository on a forge that mirrors what is published, such as https://forge.example/a/b.git"
    )
    mirror_credentials_file: Path | None = Field(None, description="File with user:token for the mirror")

    @field_validator("mirror_url", mode="after")
    @classmethod
    def _without_secret(cls, value: str) -> str:
        if value and (not value.startswith(("https://", "http://")) or "@" in value):
            raise ValueError("must be a web address without user name; those go into NODE_MIRROR_CREDENTIALS_FILE")
        return value
