# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The forge that shows what is published."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings

from app.config.loopback import LOOPBACK


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

    @field_validator("mirror_credentials_file", mode="after")
    @classmethod
    def _kept_secret(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        parts = urlsplit(str(info.data.get("mirror_url", "")))
        if value is not None and parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ValueError("would be sent in the clear; NODE_MIRROR_URL must begin with https://")
        return value
