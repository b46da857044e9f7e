"""Gives out what is stored of a person (Art. 15 and 20 GDPR), as JSON with its files. Others in it stay unnamed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import inspect, select
from sqlmodel import Session, col

from app.database import Sessions
from app.following.store import FollowerStore
from app.identity.errors import PersonNotFound
from app.identity.people import People
from app.privacy.sections import SECTIONS, Section
from app.privacy.share import shares_of
from app.records.proposals import ProposalRefs
from app.review.confirming.confirmations import Confirmations, guest_id
from app.review.models import Draft, DraftContent, DraftFile
from app.review.models.confirmation import Confirmation
from app.shared.clock import Clock
from app.shared.wording import N_, translator

_OTHERS = N_("somebody else")
_PUBLISHED = N_(
    "Records whose history holds what you wrote. They are published under a name that says nothing about you."
)


class NothingStored(PersonNotFound):
    """Nothing is stored of an address: no subscription and no question."""

    message = (
        "nothing is stored of this address outside of an account. If it belongs to one: erfahrungsnetz export person"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonExport:
    """Everything stored of one person: `document` is plain JSON, `files` come beside it by their path."""

    document: Mapping[str, Any]
    files: Mapping[str, bytes]


class PersonExporter:
    """Reads every table that tells something of people."""

    def __init__(
        self,
        sessions: Sessions,
        people: People,
        confirmations: Confirmations,
        followers: FollowerStore,
        refs: ProposalRefs,
        path_of: Callable[[str, str], str],
        clock: Clock,
    ) -> None:
        """Read through these; `path_of` gives the folder of a record by kind and name."""
        self._sessions = sessions
        self._people = people
        self._confirmations = confirmations
        self._followers = followers
        self._refs = refs
        self._path_of = path_of
        self._clock = clock

    def export(self, person_id: str, lang: str = "de") -> PersonExport:
        """Return all of it, explained in a language; of whoever has gone what is left."""
        with self._sessions.reading() as db:
            asked, follows = self._by_address(db, self._people.address(person_id))
        return self._export(person_id, person_id, asked, follows, lang)

    def of_address(self, address: str, lang: str = "de") -> PersonExport:
        """Return what is stored of an address without an account: what it follows and asked, and what it was told.

        Raises NothingStored.
        """
        with self._sessions.reading() as db:
            asked, follows = self._by_address(db, address)
        if not asked and not follows:
            raise NothingStored
        return self._export(address, "", asked, follows, lang)

    def _by_address(self, db: Session, address: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return (
            (self._confirmations.of_address(db, address), self._followers.ids_of(db, address)) if address else ((), ())
        )

    def _export(
        self, name: str, person_id: str, asked: tuple[str, ...], follows: tuple[str, ...], lang: str
    ) -> PersonExport:
        say = translator(lang)
        mine = frozenset(filter(None, {person_id, *map(guest_id, asked), *follows}))
        with self._sessions.reading() as db:
            rows = {
                one.name: list(_rows(db, one, asked if one.table is Confirmation else mine, say(_OTHERS)))
                for one in SECTIONS
            }
            shares = shares_of(db, mine)
            files = dict(_draft_files(db, mine))
        open_ones = [share.proposal for share in shares if share.wrote_last and share.proposal.state.is_open]
        for proposal in open_ones:
            files |= self._attached(proposal.id, self._path_of(proposal.kind, proposal.slug))
        explained = {one.name: say(one.what) for one in SECTIONS} | {"published": say(_PUBLISHED)}
        document = {
            "person": name,
            "as_of": self._clock().isoformat(),
            "explained": explained,
            **rows,
            "published": sorted({share.record for share in shares if share.is_published}),
        }
        return PersonExport(document=document, files=files)

    def _attached(self, proposal_id: str, path: str) -> dict[str, bytes]:
        tip = self._refs.tip(proposal_id)
        found = self._refs.files(path, tip) if tip else {}
        return {f"proposals/{proposal_id}/{name}": data for name, data in found.items()}


def _draft_files(db: Session, people: Collection[str]) -> Iterator[tuple[str, bytes]]:
    mine = select(col(Draft.id)).where(col(Draft.person).in_(people))
    for row in db.scalars(select(DraftFile).where(col(DraftFile.draft_id).in_(mine))):
        yield f"drafts/{row.draft_id}/{row.name}", row.data


def _rows(db: Session, section: Section, people: Collection[str], others: str) -> Iterator[dict[str, Any]]:
    names = [attribute.key for attribute in inspect(section.table).column_attrs if attribute.key not in section.secret]
    for row in db.scalars(select(section.table).where(section.about(people))):
        values = {name: getattr(row, name) for name in names}
        hidden = {name: others for name in section.columns if values[name] and values[name] not in people}
        yield {name: _plain(value) for name, value in {**values, **hidden}.items()}


def _plain(value: Any) -> Any:
    """Return a value of a table as JSON knows it."""
    if isinstance(value, DraftContent):
        return value.entries()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, (list, tuple)) else value
