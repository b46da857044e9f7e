"""Keep questions and subscriptions that wait for their confirmation in one table; links that were sent go on.

Mailboxes count without tags and memos by who saved them; what surveys kept of each record goes, they ask the search.
"""

import json
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import UTCDateTime

revision = "0031"
down_revision = "0027"
branch_labels = None
depends_on = None

_HOURS = timedelta(hours=48)
_FOLLOWED = ("what", "target", "mark", "rhythm", "generation", "seq")
_SHARED = ("id", "token_hash", "address", "seal", "lang")
_ASKED = ("question", "topic", "situation")


def _table(name: str, *columns: str) -> sa.TableClause:
    times = (sa.column(one, UTCDateTime()) for one in ("asked_at", "expires_at"))
    return sa.table(name, *map(sa.column, columns), *times)


_confirmation = _table("review_confirmation", *_SHARED, "purpose", "wanted")
_question = _table("review_guest_question", *_SHARED, *_ASKED)
_subscription = _table(
    "following_subscription", "id", "subscriber_id", "token_hash", "lang", *_FOLLOWED, "confirmed_at"
)
_subscriber = sa.table("following_subscriber", *map(sa.column, ("id", "address", "seal", "mailbox")))
_notice = sa.table("review_notice", *map(sa.column, ("id", "person", "kind", "params")))
_message = sa.table("review_message", sa.column("notice_id"))


def upgrade() -> None:
    # Of those that are there it is not known: they count for nobody.
    for name, added in (("following_subscriber", "mailbox"), ("kickoff_memo", "asker")):
        op.add_column(name, sa.Column(added, sa.String(length=64), nullable=False, server_default=""))
    op.drop_table("survey_facts")
    _create("review_confirmation", ("purpose", sa.String(length=16)), ("wanted", sa.Text()))
    db = op.get_bind()
    for row in db.execute(sa.select(_question)).mappings().all():
        asked = {name: row[name] for name in _ASKED}
        _insert(db, row, "question", asked if row["question"] else {}, row["seal"], row["expires_at"])
    waiting = sa.select(
        *(one for one in _subscription.c if one.name != "expires_at"),
        _subscriber.c.address,
        _subscriber.c.seal,
        _subscriber.c.mailbox,
    )
    waiting = waiting.join(_subscriber, _subscriber.c.id == _subscription.c.subscriber_id)
    moved = db.execute(waiting.where(_subscription.c.confirmed_at.is_(None))).mappings().all()
    for row in moved:
        wanted = {name: row[name] for name in _FOLLOWED}
        _insert(db, row, "subscription", wanted, row["mailbox"] or row["seal"], row["asked_at"] + _HOURS)
    db.execute(sa.delete(_subscription).where(_subscription.c.confirmed_at.is_(None)))
    _move_notices(db, {row["id"] for row in moved})
    db.execute(sa.delete(_subscriber).where(_subscriber.c.id.not_in(sa.select(_subscription.c.subscriber_id))))
    op.drop_table("review_guest_question")
    with op.batch_alter_table("following_subscription") as table:
        table.drop_constraint(op.f("uq_following_subscription_token_hash"), type_="unique")
        table.drop_column("token_hash")
        table.alter_column("confirmed_at", existing_type=UTCDateTime(), nullable=False)


def _create(name: str, *more: tuple[str, sa.types.TypeEngine[Any]]) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        *(sa.Column(column, kind, nullable=False) for column, kind in more),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("token_hash", name=op.f(f"uq_{name}_token_hash")),
    )
    with op.batch_alter_table(name) as table:
        for column in ("seal", "asked_at", "expires_at"):
            table.create_index(op.f(f"ix_{name}_{column}"), [column])


def _insert(
    db: sa.Connection, row: sa.RowMapping, purpose: str, wanted: dict[str, object], seal: str, expires_at: object
) -> None:
    kept = {name: row[name] for name in ("id", "token_hash", "address", "lang", "asked_at")}
    values = {**kept, "purpose": purpose, "wanted": json.dumps(wanted), "seal": seal, "expires_at": expires_at}
    db.execute(sa.insert(_confirmation).values(**values))


def _move_notices(db: sa.Connection, waiting: set[str]) -> None:
    """Send the messages that have not left yet all the same; those about what was settled go."""
    db.execute(sa.update(_notice).where(_notice.c.kind == "confirm_question").values(kind="confirm_address"))
    for row in db.execute(sa.select(_notice).where(_notice.c.kind == "confirm_subscription")).mappings().all():
        params, one = json.loads(row["params"]), _notice.c.id == row["id"]
        if params["subscription"] in waiting:
            values = {"person": f"guest:{params['subscription']}", "params": json.dumps({"hours": params["hours"]})}
            db.execute(sa.update(_notice).where(one).values(kind="confirm_address", **values))
        else:
            db.execute(sa.delete(_message).where(_message.c.notice_id == row["id"]))
            db.execute(sa.delete(_notice).where(one))
