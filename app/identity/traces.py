"""Recognises one person behind several accounts, so that nobody decides on their own text under another account.

A trace is a keyed hash of a provider account or of a confirmed address. It outlives the account for as long as a text
of that account may wait for a decision, and identifies nobody without the node's key.
"""

import hmac
from collections.abc import Callable, Iterable
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.database import Sessions
from app.identity.models import IdentityTrace
from app.shared.clock import Clock

RETENTION = timedelta(days=365)
"""How long a trace counts after the last sign-in that left it."""

Seal = Callable[[str], str]


def sealed_with(key: Callable[[], bytes]) -> Seal:
    """Return the function that hashes a text with the key, in hex; the key is read when it is needed."""
    return lambda text: hmac.new(key(), b"identity-trace\0" + text.encode("utf-8", "surrogatepass"), sha256).hexdigest()


class Traces:
    """The traces of all accounts, and which accounts belong to the same person."""

    def __init__(self, sessions: Sessions, clock: Clock, seal: Seal) -> None:
        self._sessions = sessions
        self._clock = clock
        self._seal = seal

    def leave(self, db: Session, person_id: str, *, issuer: str, subject: str, email: str | None) -> None:
        """Store the traces of the account and confirmed address with which a person signs in."""
        known = [f"account\0{issuer}\0{subject}"]
        if email:
            known.append(_of_address(email))
        for text in known:
            db.merge(IdentityTrace(seal=self._seal(text), person_id=person_id, seen_at=self._clock()))

    def same_as(self, person_ids: Iterable[str]) -> frozenset[str]:
        """Return the ids, and those of all present and former accounts that share a trace with them."""
        found = frozenset(person_ids)
        with self._sessions.reading() as db:
            while True:
                seals = select(col(IdentityTrace.seal)).where(col(IdentityTrace.person_id).in_(found))
                others = select(col(IdentityTrace.person_id)).where(col(IdentityTrace.seal).in_(seals))
                more = found | frozenset(db.scalars(others))
                if more == found:
                    return found
                found = more

    def left_by(self, address: str) -> frozenset[str]:
        """Return the ids of all present and former accounts that had this confirmed address."""
        with self._sessions.reading() as db:
            seal = self._seal(_of_address(address))
            return frozenset(db.scalars(select(col(IdentityTrace.person_id)).where(col(IdentityTrace.seal) == seal)))

    def purge(self) -> None:
        """Delete traces that no sign-in has renewed for long."""
        with self._sessions.begin() as db:
            db.execute(delete(IdentityTrace).where(col(IdentityTrace.seen_at) < self._clock() - RETENTION))


def _of_address(address: str) -> str:
    return f"address\0{address.strip().casefold()}"
