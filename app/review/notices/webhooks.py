"""Events for programs of the operator's choice, after Standard Webhooks (standardwebhooks.com, version 1.0.0)."""

import hmac
import json
from base64 import b64encode, urlsafe_b64decode
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlmodel import col

from app.database import Sessions
from app.fetching import KIB, Fetcher, FetchFailed, Limits, Wanted
from app.review.models import Notice, NoticeKind, Webhook
from app.review.notices.notice import EVENTS, PROGRAM, SENT, event_of
from app.shared.clock import Clock
from app.shared.errors import NotFound
from app.shared.wording import N_, translator

_STOPPED = "stopped"
_MOST_ATTEMPTS = 7
"""The last attempt comes about 35 hours after the first."""
_LIMITS = Limits(wire=64 * KIB, inflated=64 * KIB, seconds=10)
_PAUSE = timedelta(seconds=30)
"""Time after a failure in which a program gets no other events, so that they do not all wait for its timeout."""
_NAMED = (NoticeKind.PUBLISHED, NoticeKind.SITE_SILENT)
_SENTENCES = {
    "record.published": N_("Published: %(title)s"),
    "record.withdrawn": N_("A record was withdrawn."),
    "proposal.sent": N_("A proposal waits for its review."),
    "question.asked": N_("A question waits for its review."),
    "peer.silent": N_("A site of the network is silent: %(title)s"),
    "ping": N_("Events of this site arrive here."),
}
_INERT = str.maketrans({"@": "@\u200b", "[": "(", "]": ")", "<": "‹", ">": "›"})
"""Keeps a title from becoming a link or a mention in a chat."""


class WebhookNotFound(NotFound):
    """There is no webhook with this number."""

    number: int

    message = "no webhook has the number %(number)s. Which there are: erfahrungsnetz webhooks list"


def signature_headers(keys: Collection[bytes], token: str, at: datetime, body: bytes) -> Mapping[str, str]:
    """Return the three headers by which a recipient who has one of the keys can verify a body."""
    stamp = str(int(at.timestamp()))
    made = (hmac.digest(key, f"{token}.{stamp}.".encode() + body, "sha256") for key in keys)
    signatures = " ".join(f"v1,{b64encode(one).decode()}" for one in made)
    return {"webhook-id": token, "webhook-timestamp": stamp, "webhook-signature": signatures}


class Webhooks:
    """Stores webhooks and sends them events when the outbox asks for it. Thread-safe."""

    def __init__(
        self, sessions: Sessions, clock: Clock, derive: Callable[[str], str], fetch: Callable[[], Fetcher], issuer: str
    ) -> None:
        """`derive` returns the secret for a name (URL-safe base64 without padding), always the same one."""
        self._sessions = sessions
        self._clock = clock
        self._derive = derive
        self._fetch = fetch
        self._issuer = issuer
        self._silent: dict[int, tuple[datetime, str]] = {}

    def all(self) -> tuple[Webhook, ...]:
        with self._sessions.reading() as db:
            return tuple(db.scalars(select(Webhook).order_by(col(Webhook.id))))

    def get(self, number: int) -> Webhook:
        """Return a webhook; raises WebhookNotFound."""
        with self._sessions.reading() as db:
            if (row := db.get(Webhook, number)) is None:
                raise WebhookNotFound(number)
            return row

    def add(self, url: str, events: Collection[str] = EVENTS, *, as_text: bool = False) -> tuple[int, str]:
        """Send events to `url` from now on; return the number and the secret."""
        number = self._keep(Webhook(url=url, events=tuple(events), as_text=as_text))
        return number, self._secret(number, 0)

    def remove(self, number: int) -> None:
        """Delete a webhook; events that are still waiting are not sent. Raises WebhookNotFound."""
        row = self.get(number)
        with self._sessions.begin() as db:
            db.delete(row)

    def rotate(self, number: int) -> str:
        """Return a new secret; the previous one also remains valid until the next call. Raises WebhookNotFound."""
        row = self.get(number)
        row.rotation += 1
        return self._secret(self._keep(row), row.rotation)

    def test(self, number: int) -> None:
        """Send a ping now; if it is accepted, resume a stopped webhook. Raises WebhookNotFound and FetchFailed."""
        row = self.get(number)
        self._post(row, str(uuid4()), "ping", self._clock(), {"url": self._issuer})
        self._mark(number, None, "")

    def send(self, notice: Notice, token: str, attempts: int, address: str) -> tuple[str, str]:
        """Send a notice's event about the page `address`, as attempt number `attempts`; return outcome and failure."""
        try:
            hook = self.get(int(notice.person.removeprefix(PROGRAM)))
        except WebhookNotFound:
            return "removed", ""
        if hook.stopped_at:
            return _STOPPED, hook.failure
        now, (since, failure) = self._clock(), self._silent.get(hook.id, (None, ""))
        if since and now - since < _PAUSE:
            return "", failure
        # Do not name what waits for review or was withdrawn, nor the reason.
        shown = {"kind": "kind", "day": "since"} | ({"title": "title"} if notice.kind in _NAMED else {})
        data = {name: notice.params[key] for key, name in shown.items() if key in notice.params} | {"url": address}
        try:
            self._post(hook, token, event_of(notice.kind, notice.params), notice.at, data)
        except FetchFailed as error:
            self._silent[hook.id] = (now, error.reason)
            if error.reason != "status 410" and attempts < _MOST_ATTEMPTS:
                return "", error.reason
            self._mark(hook.id, now, error.reason)
            return _STOPPED, error.reason
        return SENT, ""

    def _post(self, hook: Webhook, token: str, event: str, at: datetime, data: Mapping[str, str]) -> None:
        written: object = {"type": event, "timestamp": at.isoformat(), "data": data}
        if hook.as_text:
            sentence = translator("de")(_SENTENCES[event], title=data.get("title", "").translate(_INERT))
            written = {"text": f"{sentence} {data['url']}"}
        body = json.dumps(written, ensure_ascii=False).encode()
        keys = [self._key(hook.id, one) for one in (hook.rotation, hook.rotation - 1) if one >= 0]
        headers = signature_headers(keys, token, self._clock(), body)
        self._fetch().fetch(Wanted(peer=hook, url=hook.url, limits=_LIMITS, body=body, headers=headers))

    def _mark(self, number: int, stopped_at: datetime | None, failure: str) -> None:
        with self._sessions.begin() as db:
            # It may have been removed while the request was running.
            if row := db.get(Webhook, number):
                row.stopped_at, row.failure = stopped_at, failure

    def _keep(self, row: Webhook) -> int:
        with self._sessions.begin() as db:
            db.add(row)
            db.flush()
            return row.id

    def _key(self, number: int, rotation: int) -> bytes:
        return urlsafe_b64decode(f"{self._derive(f'webhook:{number}:{rotation}')}=")

    def _secret(self, number: int, rotation: int) -> str:
        return f"whsec_{b64encode(self._key(number, rotation)).decode()}"
