# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Table of how far review has read the catalogue."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Column, Integer, String
from sqlmodel import Field

from app.db import Table


class PositionRow(Table, table=True):
    """How far the reader `name` has read; the change number is void once the catalogue has another generation."""

    __tablename__: ClassVar[str] = "review_position"

    name: str = Field(sa_column=Column(String(32), primary_key=True))
    generation: int = Field(sa_column=Column(Integer, nullable=False))
    seq: int = Field(sa_column=Column(Integer, nullable=False))
