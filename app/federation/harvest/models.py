"""What came from other nodes, and of whom it may come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Boolean, Column, Index, Integer, String, Text
from sqlmodel import Field, UTCDateTime

from app.database import Table
from app.database.table import EnumText, JsonText
from app.federation.held import Hop
from app.federation.issuer import Issuer
from app.federation.jose import KeySet
from app.federation.models import IssuerText, KeySetText
from app.federation.oai.xml import written

STALE_AFTER = timedelta(days=7)
GONE_AFTER = timedelta(days=180)


class PeerState(StrEnum):
    """What the operator decided about a peer."""

    ACTIVE = "active"
    PAUSED = "paused"
    BLOCKED = "blocked"


class Peer(Table, table=True):
    """A node that the operator wants to fetch from, how the last attempts went, and how far they have come.

    `hub`: what it relays is fetched too, and it is believed about who other nodes are. `organisations`: what it says
    about organisations counts here. `failures` counts attempts that failed in a row, `error` says why the last one did.
    `seq` is its change number after the last complete run, `since` the datestamp of the last item received, `token`
    where a list was interrupted.
    """

    __tablename__: ClassVar[str] = "federation_peer"

    issuer: Issuer = Field(sa_column=Column("address", IssuerText(), primary_key=True))
    hub: bool = Field(sa_column=Column(Boolean, nullable=False))
    organisations: bool = Field(default=False, sa_column=Column(Boolean, nullable=False))
    state: PeerState = Field(sa_column=Column(EnumText(PeerState, 16), nullable=False))
    interval_s: int = Field(sa_column=Column(Integer, nullable=False))
    daily_new: int = Field(sa_column=Column(Integer, nullable=False))
    added_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    next_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    lease: str = Field(default="", sa_column=Column(String(32), nullable=False))
    lease_until: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    failures: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    tried_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    succeeded_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    error: str = Field(default="", sa_column=Column(String(300), nullable=False))
    etag: str = Field(default="", sa_column=Column(String(200), nullable=False))
    seq: int = Field(default=-1, sa_column=Column(Integer, nullable=False))
    since: str = Field(default="", sa_column=Column(String(20), nullable=False))
    token: str = Field(default="", sa_column=Column(Text, nullable=False))

    @property
    def interval(self) -> timedelta:
        """Return the time between two looks as long as it answers."""
        return timedelta(seconds=self.interval_s)


class Audit(StrEnum):
    """How what is held of a node compares with the state that it has signed.

    `behind`: something is missing here or the state known is older than what is held; it comes with a later run.
    `mismatch`: something is held that contradicts the state.
    """

    UNKNOWN = "unknown"
    OK = "ok"
    BEHIND = "behind"
    MISMATCH = "mismatch"


class NodeFreshness(StrEnum):
    """How long a node has not been heard of: the validity of its last configuration decides."""

    LIVE = "live"
    STALE = "stale"
    GONE = "gone"


class KnownIssuer(Table, table=True):
    """A node whose statements are believed, and what it said of itself last.

    `federation_keys` are those trusted now, `record_keys` those that its statements are verified with. `origin` is the
    short name under which the catalogue lists its records, after the address that they are named by: its own, or
    `moved_from`. `introduced_by` is the hub that vouched for it, None when an operator pinned its key.
    """

    model_config = {"arbitrary_types_allowed": True}  # noqa: RUF012 - as pydantic reads it

    __tablename__: ClassVar[str] = "federation_issuer"
    __table_args__ = (Index(None, "origin"),)

    issuer: Issuer = Field(sa_column=Column("address", IssuerText(), primary_key=True))
    origin: str = Field(sa_column=Column(String(255), nullable=False))
    name: str = Field(default="", sa_column=Column(String(300), nullable=False))
    federation_keys: KeySet = Field(sa_column=Column("keys", KeySetText(), nullable=False))
    record_keys: KeySet = Field(default_factory=KeySet, sa_column=Column(KeySetText(), nullable=False))
    configuration: str = Field(default="", sa_column=Column(Text, nullable=False))
    issued_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    expires_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    state_seq: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    state_count: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    state_root: str = Field(default="", sa_column=Column(String(71), nullable=False))
    audit: Audit = Field(default=Audit.UNKNOWN, sa_column=Column(EnumText(Audit, 16), nullable=False))
    audited_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    blocked: bool = Field(default=False, sa_column=Column(Boolean, nullable=False))
    moved_to: Issuer | None = Field(default=None, sa_column=Column(IssuerText(), nullable=False))
    moved_from: Issuer | None = Field(default=None, sa_column=Column(IssuerText(), nullable=False))
    introduced_by: Issuer | None = Field(default=None, sa_column=Column(IssuerText(), nullable=False))
    known_since: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))

    @property
    def federation_key(self) -> str:
        """Return the thumbprint of the key that its configuration is signed with, for people to compare."""
        return next(iter(self.federation_keys), "")

    @property
    def naming(self) -> Issuer:
        """Return the address that its records are named after: a node that has moved goes on naming them as before."""
        return self.moved_from or self.issuer

    def freshness(self, now: datetime) -> NodeFreshness:
        """Tell whether the node has been heard of lately."""
        if self.expires_at is None or now - self.expires_at <= STALE_AFTER:
            return NodeFreshness.LIVE
        return NodeFreshness.STALE if now - self.expires_at <= GONE_AFTER else NodeFreshness.GONE


class ForeignRecord(Table, table=True):
    """The newest accepted version of a record of another node.

    `hidden`: a moderator took it out of sight. `distrusted`: its signature lost its worth and nobody has given a new
    one yet. `first_at` is when the first version came in.
    """

    __tablename__: ClassVar[str] = "federation_record"
    __table_args__ = (Index(None, "origin", "slug"),)

    origin: str = Field(sa_column=Column(String(255), primary_key=True))
    record_id: str = Field(sa_column=Column(String(36), primary_key=True))
    ver: int = Field(sa_column=Column(Integer, nullable=False))
    digest: str = Field(sa_column=Column(String(71), nullable=False))
    kind: str = Field(sa_column=Column(String(64), nullable=False))
    slug: str = Field(sa_column=Column(String(80), nullable=False))
    withdrawn: bool = Field(sa_column=Column(Boolean, nullable=False))
    hidden: bool = Field(default=False, sa_column=Column(Boolean, nullable=False))
    distrusted: bool = Field(default=False, sa_column=Column(Boolean, nullable=False))
    first_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))


def _stations(kept: Sequence[Sequence[str]]) -> tuple[Hop, ...]:
    return tuple(
        Hop(base_url=base_url, harvested_at=_moment(harvested), stamped_at=_moment(stamped))
        for base_url, harvested, stamped in kept
    )


def _kept(stations: Sequence[Hop]) -> list[list[str]]:
    return [[hop.base_url, written(hop.harvested_at), written(hop.stamped_at)] for hop in stations]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)


class HeldVersion(Table, table=True):
    """A signed statement as it was received: of each record the last two versions, of a withdrawn one the withdrawal.

    `via` is the node it was fetched from at `received_at`, `stamped_at` what that node's header said; `earlier` are the
    stations before, as that node told them.
    """

    __tablename__: ClassVar[str] = "federation_statement"

    origin: str = Field(sa_column=Column(String(255), primary_key=True))
    record_id: str = Field(sa_column=Column(String(36), primary_key=True))
    ver: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    digest: str = Field(sa_column=Column(String(71), nullable=False))
    issuer: Issuer = Field(sa_column=Column(IssuerText(), nullable=False))
    kid: str = Field(sa_column=Column(String(43), nullable=False))
    issued_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    received_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    stamped_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    via: Issuer = Field(sa_column=Column(IssuerText(), nullable=False))
    earlier: tuple[Hop, ...] = Field(default=(), sa_column=Column("way", JsonText(_stations, _kept), nullable=False))
    jws: str = Field(sa_column=Column(Text, nullable=False))

    @property
    def way(self) -> tuple[Hop, ...]:
        """Return the stations that it took, the one it was fetched from first."""
        last = Hop(base_url=f"{self.via.address}/oai", harvested_at=self.received_at, stamped_at=self.stamped_at)
        return (last, *self.earlier)


class Quarantined(Table, table=True):
    """A statement that was set aside. `reason` is a code, `detail` what it is about (a member, a field, a key).

    `issuer`, `sub` and `ver` are what the statement claims, empty or 0 where it could not be read. `id` is the SHA-256
    of what was received.
    """

    __tablename__: ClassVar[str] = "federation_quarantine"
    __table_args__ = (Index(None, "issuer", "sub"),)

    id: str = Field(sa_column=Column("fingerprint", String(64), primary_key=True))
    at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    via: str = Field(sa_column=Column(String(200), nullable=False))
    issuer: str = Field(sa_column=Column(String(200), nullable=False))
    sub: str = Field(sa_column=Column(String(300), nullable=False))
    ver: int = Field(sa_column=Column(Integer, nullable=False))
    reason: str = Field(sa_column=Column(String(32), nullable=False))
    detail: str = Field(sa_column=Column(String(300), nullable=False))
    jws: str = Field(sa_column=Column(Text, nullable=False))


class ModerationEntry(Table, table=True):
    """Who took what out of sight or brought it back, and why. `actor` is the opaque name of a person, or `operator`."""

    __tablename__: ClassVar[str] = "federation_moderation"

    id: int | None = Field(default=None, sa_column=Column(Integer, primary_key=True, autoincrement=True))
    at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    actor: str = Field(sa_column=Column(String(80), nullable=False))
    action: str = Field(sa_column=Column(String(16), nullable=False))
    object: str = Field(sa_column=Column(String(300), nullable=False))
    reason: str = Field(sa_column=Column(String(500), nullable=False))
