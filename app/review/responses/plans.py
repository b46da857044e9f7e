"""Plans: responses valid for a year; their authors are asked to renew them, and told of others within reach."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import islice

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.catalogue import CatalogueEntry, State
from app.identity import Person
from app.records.record import Record
from app.review.context import ReviewContext
from app.review.errors import ConfirmationNotFound
from app.review.models import Notice, NoticeKind, Purpose
from app.review.notices.audience import authors_of
from app.review.responses.index import KIND, ResponseIndex, plans_among
from app.review.responses.response import Response
from app.shared.errors import NotFound

Secret = Callable[[str, str, str], str]
"""Returns the secret in the link that renews a plan, by its slug, last day and recipient."""
Retract = Callable[[str, Person], object]
ASKED_BEFORE = timedelta(days=30)
MAX_TOLD_A_DAY = 5
"""Maximum other plans that the authors of a plan are told of within a day; the page of the record shows all."""
_NODE = Person(id="", pseudonym="node", display_name="")


class Plans:
    """Withdraws expired plans, asks to renew others in time, and tells people who plan the same of each other."""

    def __init__(self, context: ReviewContext, index: ResponseIndex, secret: Secret, retract: Retract) -> None:
        """`retract` withdraws a response by its slug."""
        self._context = context
        self._index = index
        self._secret = secret
        self._retract = retract

    def run(self) -> None:
        """Withdraw this node's expired plans, and ask once about those that expire soon."""
        catalogue, today = self._context.catalogue, self._context.clock().date()
        for entry in catalogue.heads(KIND):
            record = None if entry.origin else catalogue.readable(entry)
            until = str(record.data.get("until", "9999")) if record else "9999"
            if record and until < today.isoformat():
                self._retract(record.slug, _NODE)
            elif record and until <= (today + ASKED_BEFORE).isoformat():
                params = {"title": record.title, "kind": KIND, "slug": record.slug, "day": until}
                with self._context.sessions.begin() as db:
                    once = f"plan-ends:{record.id}:{until}"
                    self._tell(db, record.slug, NoticeKind.PLAN_ENDS, params, self._index.target(entry), once)

    def tell(self, db: Session, changes: Sequence[CatalogueEntry]) -> int:
        """Tell people here of others within reach who plan the same, each pair once; return the number of notices.

        At most MAX_TOLD_A_DAY of a plan are told, since other nodes may name as many municipalities as they like.
        """
        new = {(one.origin, one.id): one for one in changes if one.kind == KIND and one.state is State.PUBLISHED}
        told = 0
        for target in sorted({self._index.target(one) for one in new.values()} - {""}):
            plans = plans_among(self._index.about(target))
            came = [one for one in plans if (one.origin, one.record_id) in new]
            for mine in (one for one in plans if not one.origin):
                others = plans if mine in came else came
                near = (one for one in others if one is not mine and self._context.within_reach(mine.place, one.place))
                told += sum(self._tell_of(db, mine, other, target) for other in islice(near, self._room(db, mine)))
        return told

    def _room(self, db: Session, mine: Response) -> int:
        lately = col(Notice.at) > self._context.clock() - timedelta(days=1)
        told = select(func.count()).where(col(Notice.once).like(f"plan:{mine.record_id}:%"), lately)
        return max(MAX_TOLD_A_DAY - (db.scalar(told) or 0), 0)

    def _tell_of(self, db: Session, mine: Response, other: Response, target: str) -> int:
        record = self._context.catalogue.readable(self._context.catalogue.head(mine.record_id))
        place = f"{other.place.name} ({other.place.state})"
        params = {"title": record.title if record else "", "place": place, "contact": other.mailbox}
        once = f"plan:{mine.record_id}:{other.record_id}"
        return self._tell(db, mine.slug, NoticeKind.PLANNED_TOO, params, target, once)

    def _tell(self, db: Session, slug: str, kind: NoticeKind, params: dict[str, str], target: str, once: str) -> int:
        people, add = authors_of(db, KIND, slug, (Purpose.RESPONSE,)), self._context.notices.add
        shown = {**params, "href": f"{target}#rueckmeldungen"}
        return sum(add(db, person, kind, shown, once=once) for person in sorted(people))

    def asked(self, slug: str, token: str) -> tuple[Record, str]:
        """Return the plan that a link renews and the id of the recipient; raises ConfirmationNotFound."""
        try:
            plan = self._context.catalogue.record(self._context.catalogue.head_by_slug(KIND, slug))
        except NotFound as error:
            raise ConfirmationNotFound from error
        until = str(plan.data.get("until", ""))
        with self._context.sessions.reading() as db:
            for person in authors_of(db, KIND, slug, (Purpose.RESPONSE,)) if until else ():
                if hmac.compare_digest(token, self._secret(slug, until, person)):
                    return plan, person
        raise ConfirmationNotFound
