"""The newest version of every record, as its home lists it; own records are made from the catalogue on request."""

from sqlalchemy import select
from sqlmodel import col

from app.catalogue import CatalogueService, RecordNotFound, RecordWithdrawn, State
from app.catalogue.models import OWN
from app.database import Sessions
from app.federation.harvest.models import ForeignRecord, Node
from app.federation.issuer import Issuer
from app.federation.statement import Statement


class OwnStatements:
    """Says what the catalogue lists as own versions."""

    def __init__(self, catalogue: CatalogueService, issuer: Issuer) -> None:
        self._catalogue = catalogue
        self.issuer = issuer

    def sub(self, _origin: str, record_id: str) -> str:
        """Return the global name of an own record."""
        return self.issuer.sub(record_id)

    def payload(self, _origin: str, record_id: str, ver: int) -> bytes:
        """Return what the list names of one version; raises RecordNotFound and RecordWithdrawn."""
        return self.statement(record_id, ver).payload()

    def statement(self, record_id: str, ver: int) -> Statement:
        """Return the statement about an own version; raises like `payload`."""
        versions = self._catalogue.versions(record_id)
        chain = [entry for entry in versions if entry.ver <= ver]
        if not chain or chain[-1].ver != ver:
            raise RecordNotFound(f"{record_id}/v/{ver}")
        if versions[-1].state is State.WITHDRAWN and ver != versions[-1].ver:
            raise RecordWithdrawn(versions[-1])
        entry, before = chain[-1], chain[-2] if len(chain) > 1 else None
        withdrawn = entry.state is State.WITHDRAWN
        # A version that was brought back says again what it said when it was signed first.
        prev, topics = self._catalogue.told(entry)
        published = [one for one in chain if one.state is State.PUBLISHED]
        if withdrawn and not topics and published:
            topics = self._catalogue.record(published[-1]).topics
        return Statement.about(
            self._catalogue.withdrawal(entry) if withdrawn else self._catalogue.record(entry),
            issuer=self.issuer,
            ver=entry.ver,
            issued_at=entry.at,
            prev=prev or (before.digest if before else None),
            topics=topics if withdrawn else (),
        )


class HeldStatements:
    """Own records and those of other nodes, by origin ("" for this node) and id."""

    def __init__(self, own: OwnStatements, sessions: Sessions) -> None:
        self._own = own
        self._sessions = sessions

    def home(self, origin: str) -> str:
        """Return the address of the node of an origin; raises RecordNotFound where nobody is known under it."""
        if origin == OWN:
            return self._own.issuer.address
        with self._sessions.reading() as db:
            home = db.scalar(select(col(Node.issuer)).where(col(Node.origin) == origin))
        if home is None:
            raise RecordNotFound(origin)
        return home.address

    def sub_of(self, origin: str, record_id: str) -> str:
        """Return the global name of a record; raises like `home`."""
        return f"{self.home(origin)}/r/{record_id}"

    def payload(self, origin: str, record_id: str, ver: int) -> bytes:
        """Return a version unless hidden here; raises RecordNotFound and RecordWithdrawn."""
        if origin == OWN:
            return self._own.payload(origin, record_id, ver)
        with self._sessions.reading() as db:
            row = db.get(ForeignRecord, (origin, record_id))
            home = db.scalar(select(Node).where(col(Node.origin) == origin))
        if row is None or home is None or row.ver != ver or row.hidden or not home.visible:
            raise RecordNotFound(f"{record_id}/v/{ver}")
        return row.payload.encode()
