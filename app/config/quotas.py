# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Settings for how much one person may send."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class QuotaSettings(BaseSettings):
    """How much one person may send in an hour."""

    proposals_per_hour: int = Field(60, ge=1, le=10000, description="Texts that one person may send for review")
    comments_per_hour: int = Field(120, ge=1, le=10000, description="Remarks that one person may make")
