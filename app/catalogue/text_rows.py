"""Which texts of own versions belong into the database: of all that may be read, and of no other.

The texts of a withdrawn record go in the transaction that takes its withdrawal in; the withdrawal itself stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update
from sqlmodel import Session, col

from app.catalogue.agreement import Difference, Disagreement
from app.catalogue.entry import State, Told
from app.catalogue.models import OWN, TextRow, VersionRow
from app.database import Sessions, in_parts
from app.records.record_reader import TextDamaged, VersionText

_OWN = col(VersionRow.origin) == OWN


@dataclass(frozen=True, slots=True)
class IncompleteVersion:
    """An own version that lacks its text, or what it tells."""

    kind: str
    slug: str
    ver: int
    digest: str

    @property
    def name(self) -> str:
        """Return it as findings name it."""
        return f"{self.kind}/{self.slug}/v/{self.ver}"


class TextRows:
    """Asks and mends the table of texts; callers hold the lock `catalogue` while they write."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def lacking(self, *, told: bool = True) -> list[IncompleteVersion]:
        """Return the versions whose text is not there; with `told` those too of which nobody noted what they tell."""
        absent = and_(
            _wanted(), ~select(col(TextRow.digest)).where(col(TextRow.digest) == col(VersionRow.digest)).exists()
        )
        untold = and_(_OWN, col(VersionRow.state) != State.BROKEN, col(VersionRow.told).is_(None))
        columns = (col(VersionRow.kind), col(VersionRow.slug), col(VersionRow.ver), col(VersionRow.digest))
        asked = select(*columns).where(or_(absent, untold) if told else absent).order_by(col(VersionRow.seq))
        with self._sessions.reading() as db:
            return [IncompleteVersion(*row) for row in db.execute(asked)]

    def surplus(self) -> list[str]:
        """Return the digests of texts that nobody may read, or that belong to no version."""
        with self._sessions.reading() as db:
            return list(db.scalars(select(col(TextRow.digest)).where(col(TextRow.digest).not_in(_readable()))))

    def damaged(self) -> list[str]:
        """Return the digests whose texts are other ones; reads all of them."""
        found: list[str] = []
        last = ""
        while True:
            asked = select(TextRow).where(col(TextRow.digest) > last).order_by(col(TextRow.digest)).limit(100)
            with self._sessions.reading() as db:
                rows = db.scalars(asked).all()
            if not rows:
                return found
            found += [row.digest for row in rows if not _holds(row)]
            last = rows[-1].digest

    def disagreements(self) -> Iterator[Difference]:
        """Yield the texts that are not there, too many, or not what their digests say; the rows say which there are."""
        for version in self.lacking(told=False):
            yield Difference(code=Disagreement.MISSING_TEXT, subject=version.name, expected=version.digest)
        for digest in self.surplus():
            yield Difference(code=Disagreement.EXTRA_TEXT, found=digest)
        for digest in self.damaged():
            yield Difference(code=Disagreement.WRONG_TEXT, expected=digest, found="another text")

    def fill(self, texts: Mapping[str, VersionText], told: Mapping[IncompleteVersion, Told]) -> None:
        """Add the texts that are not there, and note what versions tell."""
        with self._sessions.begin() as db:
            add(db, texts)
            for version, said in told.items():
                same = (col(VersionRow.kind) == version.kind, col(VersionRow.slug) == version.slug)
                mine = update(VersionRow).where(_OWN, *same, col(VersionRow.ver) == version.ver)
                db.execute(mine.values(told=said.text))

    def drop(self, digests: Collection[str]) -> None:
        """Remove texts."""
        with self._sessions.begin() as db:
            for part in in_parts(digests):
                db.execute(delete(TextRow).where(col(TextRow.digest).in_(part)))


def add(db: Session, texts: Mapping[str, VersionText]) -> None:
    """Add the texts that are not there, within the caller's transaction."""
    for part in in_parts(texts):
        present = set(db.scalars(select(col(TextRow.digest)).where(col(TextRow.digest).in_(part))))
        for digest in part:
            if digest not in present:
                db.add(TextRow(digest=digest, content=texts[digest].content, beside=dict(texts[digest].beside)))
    db.flush()


def forget_withdrawn(db: Session, record_ids: Collection[str]) -> None:
    """Remove the texts of those of these records that are withdrawn now, within the caller's transaction."""
    for part in in_parts(record_ids):
        mine = select(col(VersionRow.digest)).where(_OWN, col(VersionRow.record_id).in_(part))
        db.execute(delete(TextRow).where(col(TextRow.digest).in_(mine), col(TextRow.digest).not_in(_readable(part))))


def _readable(record_ids: Collection[str] | None = None) -> Select[str]:
    return select(col(VersionRow.digest)).where(_wanted(record_ids))


def _wanted(record_ids: Collection[str] | None = None) -> ColumnElement[bool]:
    """Return the condition for own versions whose text may be read: notes of withdrawal, and what none has ended."""
    mine = [_OWN] if record_ids is None else [_OWN, col(VersionRow.record_id).in_(record_ids)]
    good = (*mine, col(VersionRow.state) != State.BROKEN)
    newest = select(func.max(col(VersionRow.ver)).label("ver"), col(VersionRow.record_id)).where(*good)
    heads = newest.group_by(col(VersionRow.record_id)).subquery()
    same = and_(col(VersionRow.record_id) == heads.c.record_id, col(VersionRow.ver) == heads.c.ver)
    is_note = col(VersionRow.state) == State.WITHDRAWN
    ended = select(col(VersionRow.record_id)).join(heads, same).where(*mine, is_note)
    published = and_(col(VersionRow.state) == State.PUBLISHED, col(VersionRow.record_id).not_in(ended))
    return and_(*mine, or_(is_note, published))


def _holds(row: TextRow) -> bool:
    try:
        VersionText(content=row.content, beside=row.beside).check(row.digest)
    except TextDamaged:
        return False
    return True
