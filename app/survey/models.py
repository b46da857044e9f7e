"""The table of surveys: derived from the records, so it can be emptied at any time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import Column, String
from sqlmodel import Field

from app.database import JsonText, Table
from app.search.models import UID


class FactsRow(Table, table=True):
    """What surveys need of a record, `uid` over all nodes: of its version `digest`, read in this `form`."""

    __tablename__: ClassVar[str] = "survey_facts"

    uid: str = Field(sa_column=Column(String(UID), primary_key=True))
    digest: str = Field(sa_column=Column(String(71), nullable=False))
    form: str = Field(sa_column=Column(String(40), nullable=False))
    facts: Mapping[str, Any] = Field(sa_column=Column(JsonText(dict, dict), nullable=False))
