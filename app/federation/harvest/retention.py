# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which versions are kept: the newest and the one before; of a withdrawn record the withdrawal alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, or_
from sqlmodel import Session, col

from app.federation.harvest.files.noting import drop_files
from app.federation.harvest.files.tables import FileRow
from app.federation.harvest.holdings import Key
from app.federation.harvest.tables import StatementRow

_AT_ONCE = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Retained:
    """The version of a record that stays beside the one coming in, None for none; and the number of that one."""

    key: Key
    beside: int | None
    coming: int


def make_room(db: Session, records: Iterable[Retained]) -> None:
    """Remove all other versions of these records with their files, and what has the number of the one coming in."""
    found = list(records)
    for start in range(0, len(found), _AT_ONCE):
        part = found[start : start + _AT_ONCE]
        statements = or_(*(_surplus(StatementRow, one) for one in part))
        db.execute(delete(StatementRow).where(statements).execution_options(synchronize_session=False))
        drop_files(db, or_(*(_surplus(FileRow, one) for one in part)))


def drop_statement(db: Session, key: Key, ver: int) -> None:
    """Remove the statement about one version; its files stay noted."""
    same = and_(col(StatementRow.origin) == key[0], col(StatementRow.record_id) == key[1], col(StatementRow.ver) == ver)
    db.execute(delete(StatementRow).where(same).execution_options(synchronize_session=False))


def drop_version(db: Session, key: Key, ver: int) -> None:
    """Remove one version with its files."""
    drop_statement(db, key, ver)
    drop_files(db, and_(col(FileRow.origin) == key[0], col(FileRow.record_id) == key[1], col(FileRow.ver) == ver))


def _surplus(table: type[StatementRow] | type[FileRow], one: Retained) -> ColumnElement[bool]:
    other = col(table.ver) != (-1 if one.beside is None else one.beside)
    return and_(
        col(table.origin) == one.key[0], col(table.record_id) == one.key[1], or_(other, col(table.ver) == one.coming)
    )
