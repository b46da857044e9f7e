"""The members of this node, if it is an association: who was invited, who asks, who takes part, and who did."""

import hmac
import json
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import ClassVar

from sqlalchemy import Boolean, Column, Integer, Select, String, delete, select
from sqlmodel import Field, UTCDateTime, col

from app.database import Sessions, Table
from app.database.table import EnumText, JsonText
from app.federation.harvest.models import IssuerText
from app.federation.harvest.nodes import DAILY_NEW
from app.federation.issuer import Issuer
from app.shared.clock import Clock
from app.shared.errors import Conflict, Invalid, NotFound
from app.shared.official_key import is_official, shortest
from app.shared.wording import N_

MOST_MEMBERS = 1_000
"""Lines of one list, ended ones included."""
LINK_DAYS = 14
_MOST_KEYS = 100
"""So that a full list stays below the 2 MiB that others read."""


class MemberState(StrEnum):
    """How far a membership is; `successor` is the one node to which the association hands over."""

    INVITED = "invited"
    ASKED = "asked"
    ADMITTED = "admitted"
    ENDED = "ended"
    SUCCESSOR = "successor"


class EndReason(StrEnum):
    """Why a membership ended, as the list says it: a code, so that nobody's name can stand in it."""

    LEFT = "left"
    EXCLUDED = "excluded"


class Member(Table, table=True):
    """A member, or an invitation. `name` is what the administrators here call it; it stays here.

    `secret` is the SHA-256 of that of the join link. `since` is when the state began, of members when they were
    admitted. `official_keys` are those of the municipalities for which the node may speak.
    """

    __tablename__: ClassVar[str] = "federation_member"

    id: int | None = Field(default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True))
    name: str = Field(sa_column=Column(String(200), nullable=False))
    issuer: Issuer | None = Field(default=None, sa_column=Column("address", IssuerText(), nullable=False))
    root: str = Field(default="", sa_column=Column(String(64), nullable=False))
    official_keys: tuple[str, ...] = Field(default=(), sa_column=Column(JsonText(tuple, list), nullable=False))
    secret: str = Field(default="", sa_column=Column(String(64), nullable=False))
    state: MemberState = Field(sa_column=Column(EnumText(MemberState, 16), nullable=False))
    since: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    until: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    reason: str = Field(default="", sa_column=Column(String(16), nullable=False))
    daily_new: int = Field(default=DAILY_NEW, sa_column=Column(Integer, nullable=False))
    hub: bool = Field(default=False, sa_column=Column(Boolean, nullable=False))


class LinkInvalid(NotFound):
    """The secret of a join link is unknown, used or older than two weeks, or another root answers than was named."""

    message = N_("This link does not count, or not any more. Ask the association for a new one.")


class NoSuchMember(NotFound):
    """Nobody with this number or address is in the state that the step needs."""

    name: str

    message = "no such member: %(name)s. See: erfahrungsnetz members list"


class KeysInvalid(Invalid):
    """Something among the official keys is none."""

    key: str

    message = N_("%(key)s is no official key (AGS or ARS).")


class MembersFull(Conflict):
    """The list has as many lines, or a line as many official keys, as others read."""

    message = N_("A list has 1,000 lines at most, and each line 100 official keys.")


class Members:
    """Reads and writes the table; `document` makes the list of it."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def all(self) -> tuple[Member, ...]:
        """Return everybody, also who is invited, in the order of invitation."""
        with self._sessions.reading() as db:
            return tuple(db.scalars(select(Member).order_by(col(Member.id))))

    def invite(self, name: str, keys: Iterable[str] = (), *, daily_new: int = DAILY_NEW, hub: bool = False) -> str:
        """Return the secret of a new join link, which is not stored; raises KeysInvalid and MembersFull."""
        official = tuple(sorted({shortest(key) for key in _checked(keys)}))
        if len(self.all()) >= MOST_MEMBERS:
            raise MembersFull
        secret = secrets.token_urlsafe(32)
        row = Member(
            name=name.strip()[:200],
            official_keys=official,
            secret=_hashed(secret),
            state=MemberState.INVITED,
            since=self._clock(),
            daily_new=daily_new,
            hub=hub,
        )
        with self._sessions.begin() as db:
            old = (col(Member.state) == MemberState.INVITED, col(Member.since) < self._oldest())
            db.execute(delete(Member).where(*old))
            db.add(row)
        return secret

    def check(self, secret: str, issuer: Issuer, root: str) -> None:
        """Raise LinkInvalid unless somebody may come with a secret; guesses lock nothing."""
        with self._sessions.reading() as db:
            _fitting(db.scalars(self._open_links()), secret, issuer, root)

    def take(self, secret: str, issuer: Issuer, root: str) -> None:
        """Note who came with a secret; that one may come again, nobody else. Raises LinkInvalid."""
        with self._sessions.begin() as db:
            row = _fitting(db.scalars(self._open_links().with_for_update()), secret, issuer, root)
            if row.state is MemberState.INVITED:
                row.issuer, row.root, row.state, row.since = issuer, root, MemberState.ASKED, self._clock()

    def admit(self, number: int) -> None:
        """Let in who asks; an earlier line of the same address goes. Raises NoSuchMember."""
        with self._sessions.begin() as db:
            row = db.get(Member, number)
            if row is None or row.state is not MemberState.ASKED:
                raise NoSuchMember(str(number))
            earlier = (col(Member.issuer) == row.issuer, col(Member.id) != number)
            db.execute(delete(Member).where(*earlier, col(Member.state) != MemberState.SUCCESSOR))
            row.state, row.since, row.secret = MemberState.ADMITTED, self._clock(), ""

    def decline(self, number: int) -> None:
        """Forget an invitation, or who asks; does nothing for members."""
        open_states = (MemberState.INVITED, MemberState.ASKED)
        with self._sessions.begin() as db:
            db.execute(delete(Member).where(col(Member.id) == number, col(Member.state).in_(open_states)))

    def end(self, issuer: Issuer, reason: EndReason) -> None:
        """End a membership; raises NoSuchMember."""
        line = select(Member).where(col(Member.issuer) == issuer, col(Member.state) == MemberState.ADMITTED)
        with self._sessions.begin() as db:
            row = db.scalar(line)
            if row is None:
                raise NoSuchMember(issuer.address)
            row.state, row.until, row.reason = MemberState.ENDED, self._clock(), reason.value

    def hand_over(self, issuer: Issuer, root: str) -> None:
        """Name the association that takes over, for whoever trusts this one."""
        with self._sessions.begin() as db:
            db.execute(delete(Member).where(col(Member.state) == MemberState.SUCCESSOR))
            state = MemberState.SUCCESSOR
            db.add(Member(name="", issuer=issuer, root=root, state=state, since=self._clock()))

    def document(self) -> bytes | None:
        """Return the list for others; None where there never was a member."""
        rows = self.all()
        lines = [_line(one) for one in rows if one.state in (MemberState.ADMITTED, MemberState.ENDED)]
        successor = [_named(one) for one in rows if one.state is MemberState.SUCCESSOR]
        if not lines and not successor:
            return None
        said = {"members": lines} | ({"successor": successor[0]} if successor else {})
        return json.dumps(said, ensure_ascii=False).encode()

    def _open_links(self) -> Select[Member]:
        return select(Member).where(col(Member.since) >= self._oldest())

    def _oldest(self) -> datetime:
        return self._clock() - timedelta(days=LINK_DAYS)


def _fitting(rows: Iterable[Member], secret: str, issuer: Issuer, root: str) -> Member:
    hashed = _hashed(secret)
    # All are compared, whichever fits, so that the time tells nothing.
    row = next(iter([one for one in rows if hmac.compare_digest(one.secret, hashed)]), None)
    if row is None or not (row.state is MemberState.INVITED or (row.issuer, row.root) == (issuer, root)):
        raise LinkInvalid
    return row


def _named(row: Member) -> dict[str, object]:
    return {"issuer": row.issuer.address if row.issuer else "", "root": row.root}


def _line(row: Member) -> dict[str, object]:
    line = {**_named(row), "keys": list(row.official_keys), "since": row.since.date().isoformat()}
    if row.until:
        line |= {"until": row.until.date().isoformat(), "reason": row.reason}
    return {**line, "daily_new": row.daily_new, "hub": row.hub}


def _checked(keys: Iterable[str]) -> list[str]:
    found = ["".join(key.split()) for key in keys]
    wrong = next((key for key in found if not is_official(key)), "")
    if wrong:
        raise KeysInvalid(wrong[:40])
    if len(found) > _MOST_KEYS:
        raise MembersFull
    return found


def _hashed(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
