"""Confirmations by an e-mailed link, for people without an account: stored, sent, limited and deleted here.

Each purpose decides what can be confirmed and what follows. No answer reveals whether an address is known.
"""

from __future__ import annotations

import hmac
import re
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from sqlalchemy import ColumnElement, Select, and_, delete, func, select
from sqlmodel import Session, col

from app.database import Sessions
from app.identity.secret import hashed
from app.review.errors import AddressInvalid, ConfirmationNotFound, MailNotOffered, TooManyConfirmations
from app.review.models import Confirmation, ConfirmationPurpose, Notice, NoticeKind
from app.review.notices.notice import Notices
from app.review.people import Recipient
from app.shared.clock import Clock

_HEADER = {"alg": "dir", "enc": "A256GCM"}


class Vault:
    """Encrypts (JWE, RFC 7516) and hashes with keys derived from the secret key of the node."""

    def __init__(self, key: Callable[[], bytes]) -> None:
        """`key` returns the key of the node and is called when it is needed."""
        self._key = key

    def lock(self, text: str) -> str:
        """Return a text encrypted, with a different result each time."""
        return jwe.encrypt_compact(_HEADER, text.encode(), OctKey.import_key(self._derived("address")))

    def open(self, locked: str) -> str | None:
        """Decrypt a text; None if the node's key has changed."""
        try:
            found = jwe.decrypt_compact(locked, OctKey.import_key(self._derived("address")))
        except JoseError:
            return None
        return found.plaintext.decode() if found.plaintext else None

    def seal(self, text: str) -> str:
        """Return the keyed hash of a text in hex: equal for equal texts, and useless to guess them without the key."""
        return hmac.new(self._derived("seal"), text.encode(), sha256).hexdigest()

    def token(self, name: str) -> str:
        """Return the secret for a name, 43 characters; it is derived again instead of being stored."""
        made = hmac.new(self._derived("token"), name.encode(), sha256).digest()
        return urlsafe_b64encode(made).decode().rstrip("=")

    def _derived(self, purpose: str) -> bytes:
        return hmac.new(self._key(), f"guest-{purpose}".encode(), sha256).digest()


_MAX_ADDRESS_LENGTH = 254
# Neither "=" nor "?", because a header would read "=?utf-8?q?…?=" as further addresses (RFC 2047).
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,63}")


def is_address(text: str) -> bool:
    """Return whether a message can be sent to this address."""
    return len(text) <= _MAX_ADDRESS_LENGTH and _ADDRESS.fullmatch(text) is not None


def mailbox(address: str) -> str:
    """Return an address without "+" tag (RFC 5233), for counting only: some servers do not treat "+" as a tag."""
    name, _, domain = address.strip().casefold().rpartition("@")
    return f"{name.partition('+')[0]}@{domain}"


HOURS = 48
"""Validity of a link; after that, the request and the address are deleted."""
MAX_PER_MAILBOX_AND_HOUR, MAX_PER_MAILBOX = 3, 6
"""Maximum messages to one mailbox within an hour, and within the validity of a link."""
MAX_PER_HOUR = 60
"""Maximum messages sent by the whole node, because anybody can have them sent to other people's addresses."""
_YEAR = timedelta(days=365)
_GUEST = "guest:"
_SETTLED = "used:"
"""Prefix of the value that replaces the hash of a used link."""
_STOPPED = "stopped"
_OF_OFFICE = col(Confirmation.purpose) == ConfirmationPurpose.STILL_TRUE


def guest_id(confirmation_id: str) -> str:
    """Return the id of a person waiting for a confirmation, as recipient of messages and as author."""
    return f"{_GUEST}{confirmation_id}"


def is_guest(person_id: str) -> bool:
    """Return whether this id stands for somebody without an account who had to confirm something."""
    return person_id.startswith(_GUEST)


class Confirmations:
    """Stores requests until they are confirmed or expire."""

    def __init__(self, sessions: Sessions, clock: Clock, vault: Vault, *, is_offered: bool) -> None:
        """`is_offered` is False if the node sends no e-mail."""
        self.is_offered = is_offered
        self._sessions = sessions
        self._clock = clock
        self._vault = vault
        self._notices = Notices(sessions, clock)

    def ask(
        self,
        purpose: ConfirmationPurpose,
        wanted: Mapping[str, Any],
        address: str,
        lang: str,
        *,
        confirmation_id: str = "",
        is_known: Callable[[Session], bool] = lambda _db: False,
    ) -> None:
        """Store a request and send the link that confirms it.

        Raises MailNotOffered, AddressInvalid and TooManyConfirmations. If a mailbox gets too many messages, the answer
        is as usual and no message is sent. If the node's messages of the hour are used up, a mailbox that `is_known` or
        has confirmed something within HOURS still gets its link, but the answer is TooManyConfirmations all the same,
        so that it reveals nothing.
        """
        if not self.is_offered:
            raise MailNotOffered
        address = address.strip()
        if not is_address(address):
            raise AddressInvalid
        now, seal = self._clock(), self._vault.seal(mailbox(address))
        lately = and_(col(Confirmation.asked_at) > now - timedelta(hours=1), ~_OF_OFFICE)
        mine = and_(col(Confirmation.seal) == seal, ~_OF_OFFICE)
        with self._sessions.begin() as db:
            self._purge(db)
            is_full = _count(db, lately) >= MAX_PER_HOUR
            may_be_sent = _count(db, mine, lately) < MAX_PER_MAILBOX_AND_HOUR and _count(db, mine) < MAX_PER_MAILBOX
            has_confirmed = _count(db, mine, col(Confirmation.token_hash).startswith(_SETTLED)) > 0
            if may_be_sent and (not is_full or has_confirmed or is_known(db)):
                row_id = confirmation_id or str(uuid.uuid4())
                row = Confirmation(
                    id=row_id,
                    purpose=purpose,
                    token_hash=hashed(self._token(row_id, purpose)),
                    address=self._vault.lock(address),
                    seal=seal,
                    lang=lang,
                    wanted=dict(wanted),
                    asked_at=now,
                    expires_at=now + timedelta(hours=HOURS),
                )
                db.add(row)
                # The message contains nothing that was typed, because the sender may be a stranger to the recipient.
                self._notices.add(db, guest_id(row_id), NoticeKind.CONFIRM_ADDRESS, {"hours": str(HOURS)})
        if is_full:
            raise TooManyConfirmations

    def ask_offices(self, offices: Iterable[tuple[str, Mapping[str, str]]], most: int) -> int:
        """Store a message to each office, given by address and parameters of the question; return their number.

        At most `most` messages a day, one a day to a mailbox and one a year about a record; none to a mailbox that
        unsubscribed. The address is deleted once the message is sent, and the link expires after a year.
        """
        now, written = self._clock(), 0
        # Less than a day, because the rounds do not begin at the same second.
        lately = now - timedelta(hours=20)
        with self._sessions.begin() as db:
            known = db.scalars(select(Confirmation).where(_OF_OFFICE, col(Confirmation.expires_at) > now)).all()
            asked = {row.wanted.get("record") for row in known}
            spared = {row.seal for row in known if _STOPPED in row.wanted or row.asked_at > lately}
            room = most - sum(row.asked_at > lately for row in known)
            for address, wanted in offices if self.is_offered else ():
                seal = self._vault.seal(mailbox(address))
                if written >= room:
                    break
                if wanted["record"] in asked or seal in spared or not is_address(address):
                    continue
                row_id, purpose = str(uuid.uuid4()), ConfirmationPurpose.STILL_TRUE
                token, locked = hashed(self._token(row_id, purpose)), self._vault.lock(address)
                row = Confirmation(
                    id=row_id, purpose=purpose, token_hash=token, address=locked, seal=seal, lang="de",
                    wanted=dict(wanted), asked_at=now, expires_at=now + _YEAR,
                )  # fmt: skip
                db.add(row)
                self._notices.add(db, guest_id(row_id), NoticeKind.STILL_TRUE, wanted)
                spared.add(seal)
                written += 1
        return written

    def answered(self, confirmation_id: str, *, stops: bool) -> None:
        """End the link of an office; `stops`: keep the keyed hash of its mailbox, so that it is never asked again."""
        with self._sessions.begin() as db:
            row = db.get_one(Confirmation, confirmation_id)
            row.token_hash, row.address = f"{_SETTLED}{confirmation_id}", None
            if stops:
                row.wanted, row.expires_at = {_STOPPED: "1"}, row.expires_at + 100 * _YEAR
            db.add(row)

    def waiting(self, token: str) -> Confirmation:
        """Return the request behind a link; raises ConfirmationNotFound."""
        alive = (col(Confirmation.token_hash) == hashed(token), col(Confirmation.expires_at) > self._clock())
        with self._sessions.reading() as db:
            row: Confirmation | None = db.execute(select(Confirmation).where(*alive)).scalar()
        if row is None:
            raise ConfirmationNotFound
        return row

    def address(self, row: Confirmation) -> str:
        """Return the entered address; raises ConfirmationNotFound if the node's key has changed."""
        address = self._vault.open(row.address) if row.address else None
        if address is None:
            raise ConfirmationNotFound
        return address

    def settle(self, db: Session, confirmation_id: str) -> None:
        """Delete the data of a confirmed request; its message counts towards the limits until it would have expired."""
        db.execute(delete(Notice).where(col(Notice.person) == guest_id(confirmation_id)))
        row = db.get(Confirmation, confirmation_id)
        if row is not None:
            row.token_hash, row.address, row.wanted = f"{_SETTLED}{confirmation_id}", None, {}
            db.add(row)

    def renewal(self, slug: str, until: str, person_id: str) -> str:
        """Return the secret in a link that renews a plan; it works once, because renewing changes `until`."""
        return self._vault.token(f"plan:{slug}:{until}:{person_id}")

    def link(self, person_id: str) -> str:
        """Return the path of the confirmation link: language, page and secret."""
        with self._sessions.reading() as db:
            row = db.get(Confirmation, person_id.removeprefix(_GUEST))
        if row is None:
            return ""
        page = STILL_TRUE if row.purpose is ConfirmationPurpose.STILL_TRUE else CONFIRM
        return f"{'' if row.lang == 'de' else f'/{row.lang}'}{page}/{self._token(row.id, row.purpose)}"

    def recipient(self, person_id: str) -> Recipient | None:
        """Return the recipient of the message; None once the address is deleted."""
        with self._sessions.reading() as db:
            row = db.get(Confirmation, person_id.removeprefix(_GUEST))
        address = self._vault.open(row.address) if row and row.address else None
        return Recipient(address=address, lang=row.lang) if row and address else None

    def reached(self, person_id: str) -> None:
        """Delete an address that was needed for one message only; a subscription still needs it."""
        with self._sessions.begin() as db:
            row = db.get(Confirmation, person_id.removeprefix(_GUEST))
            if row is not None and row.purpose is not ConfirmationPurpose.SUBSCRIPTION:
                row.address = None
                db.add(row)

    def of_address(self, db: Session, address: str) -> tuple[str, ...]:
        """Return the ids of an address's confirmations, or of its mailbox's if the address is no longer stored."""
        asked = address.strip().casefold()
        # Earlier releases hashed the whole address, including the tag.
        seals = {self._vault.seal(mailbox(address)), self._vault.seal(asked)}
        rows = db.scalars(select(Confirmation).where(col(Confirmation.seal).in_(seals)))
        return tuple(
            row.id
            for row in rows
            # Keep the rows of mailboxes that unsubscribed, so that they are not asked again.
            if _STOPPED not in row.wanted
            and (not row.address or (self._vault.open(row.address) or asked).casefold() == asked)
        )

    def forget(self, db: Session, confirmation_ids: Iterable[str]) -> None:
        """Delete requests and the notices about them, confirmed or not."""
        for one in confirmation_ids:
            db.execute(delete(Notice).where(col(Notice.person) == guest_id(one)))
            db.execute(delete(Confirmation).where(col(Confirmation.id) == one))

    def purge(self) -> int:
        """Delete everything that has expired, and return the number of requests."""
        with self._sessions.reading() as db:
            if db.scalar(self._over().limit(1)) is None:
                return 0
        with self._sessions.begin() as db:
            return self._purge(db)

    def _purge(self, db: Session) -> int:
        over = db.scalars(self._over()).all()
        self.forget(db, over)
        return len(over)

    def _over(self) -> Select[str]:
        return select(col(Confirmation.id)).where(col(Confirmation.expires_at) <= self._clock())

    def _token(self, confirmation_id: str, purpose: ConfirmationPurpose) -> str:
        # Earlier releases had only one purpose, questions, and derived links without it.
        return self._vault.token(
            confirmation_id if purpose is ConfirmationPurpose.QUESTION else f"{purpose}:{confirmation_id}"
        )


CONFIRM = "/bestaetigen"
"""The path of confirmation links; a secret follows."""
STILL_TRUE = "/stimmt-noch"
"""The path of links in questions to offices; a secret follows."""


def _count(db: Session, *conditions: ColumnElement[bool]) -> int:
    return db.scalar(select(func.count()).select_from(Confirmation).where(*conditions)) or 0
