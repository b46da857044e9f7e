# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where the node hands over its e-mail."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings


class MailSettings(BaseSettings):
    """Without a host no e-mail is sent; notices then stand on the site alone."""

    smtp_host: str = Field("", description="Mail server that takes the node's messages; empty sends none")
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the mail server")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="starttls (port 587), tls (port 465), or none for a server on the same machine"
    )
    smtp_user: str = Field("", description="Account at the mail server; empty sends without signing in")
    smtp_password_file: Path | None = Field(None, description="File that holds the password of that account")
    smtp_from: str = Field("", description="Sender's address of the messages; empty means operator_email")
