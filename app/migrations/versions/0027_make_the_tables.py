"""Make the tables as release 0.9 left them, at the end of the 27 steps that led there.

The tables are written down here instead of taken from the models, which go on changing.
"""

from functools import partial
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlmodel.sql.sqltypes import UTCDateTime

from app.database import Table

revision = "0027"
down_revision = None
branch_labels = None
depends_on = None

tables = sa.MetaData(naming_convention=Table.metadata.naming_convention)
Column = partial(sa.Column, nullable=False)

_LOG_ON_SQLITE = """\
CREATE TRIGGER review_event_update BEFORE UPDATE ON review_event
BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END
;
CREATE TRIGGER review_event_delete BEFORE DELETE ON review_event
WHEN OLD.at > datetime((SELECT max(at) FROM review_event), '-36 months')
BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END
"""
# The age of a line is measured against the newest line, which the removal itself writes first.
_LOG_ON_POSTGRESQL = """\
CREATE FUNCTION review_event_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF true THEN
    RAISE EXCEPTION 'the audit log is only ever added to' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN OLD;
END
$$
;
CREATE FUNCTION review_event_kept_while_young() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.at > (SELECT max(at) FROM review_event) - interval '36 months' THEN
    RAISE EXCEPTION 'the audit log is only ever added to' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN OLD;
END
$$
;
CREATE TRIGGER review_event_update BEFORE UPDATE ON review_event
FOR EACH ROW EXECUTE FUNCTION review_event_kept()
;
CREATE TRIGGER review_event_truncate BEFORE TRUNCATE ON review_event
FOR EACH STATEMENT EXECUTE FUNCTION review_event_kept()
;
CREATE TRIGGER review_event_delete BEFORE DELETE ON review_event
FOR EACH ROW EXECUTE FUNCTION review_event_kept_while_young()
"""


def upgrade() -> None:
    db = op.get_bind()
    tables.create_all(db)
    log = _LOG_ON_POSTGRESQL if db.dialect.name == "postgresql" else _LOG_ON_SQLITE
    for statement in log.split("\n;\n"):
        op.execute(statement)


def _table(name: str, *items: sa.schema.SchemaItem, **options: Any) -> None:
    sa.Table(name, tables, *items, **options)


_table(
    "catalogue_cursor",
    Column("source", String(255), primary_key=True),
    Column("position", String(255)),
    Column("generation", Integer()),
)
_table(
    "catalogue_text",
    Column("digest", String(71), primary_key=True),
    Column("content", Text()),
    Column("beside", Text()),
)
_table(
    "catalogue_version",
    Column("seq", Integer(), primary_key=True),
    Column("origin", String(255)),
    Column("record_id", String(36), nullable=True),
    Column("ver", Integer()),
    Column("digest", String(71), index=True),
    Column("state", String(16)),
    Column("at", UTCDateTime()),
    Column("kind", String(64)),
    Column("slug", String(80)),
    Column("problems", Text(), nullable=True),
    Column("told", Text(), nullable=True),
    CheckConstraint("state IN ('published', 'withdrawn', 'broken', 'hidden')", name="state_known"),
    CheckConstraint("ver >= 1", name="ver_positive"),
    UniqueConstraint("origin", "kind", "slug", "ver"),
    UniqueConstraint("origin", "record_id", "ver"),
    Index(None, "origin", "seq"),
    sqlite_autoincrement=True,
)
_table(
    "catalogue_vocabulary",
    Column("name", String(100), primary_key=True),
    Column("content", Text()),
)
_table(
    "federation_file",
    Column("id", Integer(), primary_key=True),
    Column("origin", String(255)),
    Column("record_id", String(36)),
    Column("ver", Integer()),
    Column("name", String(100)),
    Column("sha256", String(64), index=True),
    Column("size", Integer()),
    Column("state", String(16)),
    Column("picture", String(8)),
    Index(None, "origin", "record_id", "ver"),
    Index(None, "state", "origin"),
)
_table(
    "federation_issuer",
    Column("address", String(200), primary_key=True),
    Column("origin", String(255), index=True),
    Column("name", String(300)),
    Column("keys", Text()),
    Column("record_keys", Text()),
    Column("configuration", Text()),
    Column("issued_at", UTCDateTime(), nullable=True),
    Column("expires_at", UTCDateTime(), nullable=True),
    Column("state_seq", Integer()),
    Column("state_count", Integer()),
    Column("state_root", String(71)),
    Column("audit", String(16)),
    Column("audited_at", UTCDateTime(), nullable=True),
    Column("blocked", Boolean()),
    Column("moved_to", String(200)),
    Column("moved_from", String(200)),
    Column("introduced_by", String(200)),
    Column("known_since", UTCDateTime()),
)
_table(
    "federation_item",
    Column("origin", String(255), primary_key=True),
    Column("record_id", String(36), primary_key=True),
    Column("seq", Integer(), unique=True),
    Column("ver", Integer()),
    Column("digest", String(71)),
    Column("state", String(16)),
    Column("kind", String(64)),
    Column("stamped_at", UTCDateTime()),
)
_table(
    "federation_lost",
    Column("record_id", String(36), primary_key=True),
    Column("ver", Integer(), primary_key=True),
    Column("digest", String(71), primary_key=True),
    Column("path", String(200)),
    Column("state", String(16)),
    Column("via", String(200)),
    Column("found_at", UTCDateTime()),
    Column("jws", Text()),
)
_table(
    "federation_moderation",
    Column("id", Integer(), primary_key=True),
    Column("at", UTCDateTime()),
    Column("actor", String(80)),
    Column("action", String(16)),
    Column("object", String(300)),
    Column("reason", String(500)),
)
_table(
    "federation_peer",
    Column("address", String(200), primary_key=True),
    Column("hub", Boolean()),
    Column("state", String(16)),
    Column("interval_s", Integer()),
    Column("daily_new", Integer()),
    Column("added_at", UTCDateTime()),
    Column("next_at", UTCDateTime()),
    Column("lease", String(32)),
    Column("lease_until", UTCDateTime(), nullable=True),
    Column("failures", Integer()),
    Column("tried_at", UTCDateTime(), nullable=True),
    Column("succeeded_at", UTCDateTime(), nullable=True),
    Column("error", String(300)),
    Column("etag", String(200)),
    Column("seq", Integer()),
    Column("since", String(20)),
    Column("token", Text()),
    Column("organisations", Boolean()),
)
_table(
    "federation_position",
    Column("id", Integer(), primary_key=True, autoincrement=False),
    Column("generation", Integer()),
    Column("seq", Integer()),
    Column("stamped_at", UTCDateTime()),
)
_table(
    "federation_quarantine",
    Column("fingerprint", String(64), primary_key=True),
    Column("at", UTCDateTime()),
    Column("via", String(200)),
    Column("issuer", String(200)),
    Column("sub", String(300)),
    Column("ver", Integer()),
    Column("reason", String(32)),
    Column("detail", String(300)),
    Column("jws", Text()),
    Index(None, "issuer", "sub"),
)
_table(
    "federation_record",
    Column("origin", String(255), primary_key=True),
    Column("record_id", String(36), primary_key=True),
    Column("ver", Integer()),
    Column("digest", String(71)),
    Column("kind", String(64)),
    Column("slug", String(80)),
    Column("withdrawn", Boolean()),
    Column("hidden", Boolean()),
    Column("distrusted", Boolean()),
    Column("first_at", UTCDateTime()),
    Index(None, "origin", "slug"),
)
_table(
    "federation_statement",
    Column("origin", String(255), primary_key=True),
    Column("record_id", String(36), primary_key=True),
    Column("ver", Integer(), primary_key=True),
    Column("digest", String(71)),
    Column("issuer", String(200)),
    Column("kid", String(43)),
    Column("issued_at", UTCDateTime()),
    Column("received_at", UTCDateTime()),
    Column("stamped_at", UTCDateTime()),
    Column("via", String(200)),
    Column("way", Text()),
    Column("jws", Text()),
)
_table(
    "federation_topic",
    Column("origin", String(255), primary_key=True),
    Column("record_id", String(36), primary_key=True),
    Column("topic", String(80), primary_key=True, index=True),
)
_table(
    "following_subscriber",
    Column("id", String(64), primary_key=True),
    Column("token_hash", String(64), unique=True),
    Column("address", Text()),
    Column("seal", String(64), unique=True),
    Column("lang", String(2)),
)
_table(
    "identity_audit",
    Column("id", Integer(), primary_key=True),
    Column("at", UTCDateTime()),
    Column("actor", String(36), nullable=True),
    Column("event", String(32)),
    Column("person_id", String(36), index=True, nullable=True),
    Column("detail", JSON()),
)
_table(
    "identity_logout",
    Column("issuer", String(255), primary_key=True),
    Column("jti", String(255), primary_key=True),
    Column("expires_at", UTCDateTime(), index=True),
)
_table(
    "identity_person",
    Column("id", String(36), primary_key=True),
    Column("pseudonym", String(32), unique=True, nullable=True),
    Column("display_name", String(200)),
    Column("email", String(320), index=True, nullable=True),
    Column("organisation", String(80), nullable=True),
    Column("created_at", UTCDateTime()),
    Column("deleted_at", UTCDateTime(), nullable=True),
    Column("municipality_name", String(120), nullable=True),
    Column("municipality_state", String(2), nullable=True),
    Column("municipality_ars", String(12), nullable=True),
    Column("municipality_set_here", Boolean(), server_default=sa.false()),
    Column("organisation_set_here", Boolean(), server_default=sa.false()),
    Column("seen_at", UTCDateTime(), nullable=True),
    Column("announced_at", UTCDateTime(), nullable=True),
)
_table(
    "identity_trace",
    Column("seal", String(64), primary_key=True),
    Column("person_id", String(36), primary_key=True, index=True),
    Column("seen_at", UTCDateTime(), index=True),
)
_table(
    "kickoff_memo",
    Column("token_hash", String(64), primary_key=True),
    Column("document", LargeBinary()),
    Column("saved_at", UTCDateTime()),
    Column("expires_at", UTCDateTime(), index=True),
)
_table(
    "node_duty",
    Column("name", String(32), primary_key=True),
    Column("next_at", UTCDateTime()),
    Column("lease", String(32)),
    Column("lease_until", UTCDateTime(), nullable=True),
)
_table(
    "node_last_result",
    Column("name", String(100), primary_key=True),
    Column("tried_at", UTCDateTime()),
    Column("done_at", UTCDateTime(), nullable=True),
    Column("reason", String(64)),
)
_table(
    "node_writer",
    Column("id", Integer(), primary_key=True, autoincrement=False),
    Column("machine", String(100)),
    Column("until", UTCDateTime()),
)
_table(
    "review_draft",
    Column("id", String(36), primary_key=True),
    Column("person", String(64), index=True),
    Column("kind", String(64)),
    Column("origin", String(16)),
    Column("slug", String(80), nullable=True),
    Column("base", String(71), nullable=True),
    Column("proposal_id", String(100), nullable=True),
    Column("round", Integer(), nullable=True),
    Column("content", Text()),
    Column("version", Integer()),
    Column("created_at", UTCDateTime()),
    Column("changed_at", UTCDateTime()),
    CheckConstraint("version >= 1", name="version_positive"),
)
_table(
    "review_event",
    Column("id", Integer(), primary_key=True),
    Column("at", UTCDateTime()),
    Column("person", String(64)),
    Column("action", String(32)),
    Column("subject", String(160), index=True),
    Column("params", Text()),
    sqlite_autoincrement=True,
)
_table(
    "review_guest_question",
    Column("id", String(36), primary_key=True),
    Column("token_hash", String(64), unique=True),
    Column("address", Text(), nullable=True),
    Column("seal", String(64), index=True),
    Column("lang", String(2)),
    Column("question", Text()),
    Column("topic", String(80)),
    Column("situation", Text()),
    Column("asked_at", UTCDateTime(), index=True),
    Column("expires_at", UTCDateTime(), index=True),
)
_table(
    "review_notice",
    Column("id", Integer(), primary_key=True),
    Column("person", String(64), index=True),
    Column("kind", String(32)),
    Column("params", Text()),
    Column("proposal_id", String(100), nullable=True),
    Column("once", String(160), nullable=True),
    Column("at", UTCDateTime()),
    Column("read_at", UTCDateTime(), nullable=True),
    UniqueConstraint("person", "once"),
    sqlite_autoincrement=True,
)
_table(
    "review_position",
    Column("name", String(32), primary_key=True),
    Column("generation", Integer()),
    Column("seq", Integer()),
)
_table(
    "review_proposal",
    Column("id", String(100), primary_key=True),
    Column("kind", String(64)),
    Column("slug", String(80)),
    Column("record_id", String(36)),
    Column("title", String(200)),
    Column("purpose", String(16)),
    Column("via", String(16)),
    Column("state", String(24)),
    Column("author", String(64), index=True),
    Column("editor", String(64), nullable=True),
    Column("digest", String(71)),
    Column("base", String(71), nullable=True),
    Column("rounds", Integer()),
    Column("ver", Integer(), nullable=True),
    Column("topics", Text()),
    Column("regions", Text()),
    Column("organisations", Text()),
    Column("reason", Text()),
    Column("submission", String(64), unique=True, nullable=True),
    Column("created_at", UTCDateTime()),
    Column("changed_at", UTCDateTime()),
    CheckConstraint("rounds >= 1", name="rounds_positive"),
    CheckConstraint(
        "state IN ('submitted', 'changes_requested', 'approved', 'published', 'declined', 'withdrawn')",
        name="state_known",
    ),
    CheckConstraint("(state = 'published') = (ver IS NOT NULL)", name="version_when_published"),
    Index(None, "kind", "slug"),
    Index(None, "state", "changed_at"),
)
_table(
    "search_meaning",
    Column("id", Integer(), primary_key=True),
    Column("model", String(120)),
    Column("seq", Integer()),
    Column("generation", Integer()),
    Column("changes", Integer()),
)
_table(
    "search_neighbour",
    Column("uid", String(320), primary_key=True),
    Column("position", Integer(), primary_key=True),
    Column("other", String(320), index=True),
    Column("twin", Boolean(), server_default=sa.false()),
    Column("digest", String(71), server_default=""),
)
_table(
    "search_passage",
    Column("uid", String(320), primary_key=True),
    Column("position", Integer(), primary_key=True),
    Column("part", String(120)),
    Column("key", LargeBinary(), index=True),
)
_table(
    "search_vector",
    Column("key", LargeBinary(), primary_key=True),
    Column("vector", LargeBinary()),
)
_table(
    "survey_facts",
    Column("uid", String(320), primary_key=True),
    Column("digest", String(71)),
    Column("form", String(40)),
    Column("facts", Text()),
)
_table(
    "federation_file_attempt",
    Column("file_id", Integer(), ForeignKey("federation_file.id", ondelete="CASCADE"), primary_key=True),
    Column("peer", String(200), primary_key=True),
    Column("tries", Integer()),
    Column("reason", String(32)),
    Column("next_at", UTCDateTime()),
)
_table(
    "following_subscription",
    Column("id", String(36), primary_key=True),
    Column("subscriber_id", String(64), ForeignKey("following_subscriber.id", ondelete="CASCADE"), index=True),
    Column("token_hash", String(64), unique=True),
    Column("what", String(16)),
    Column("target", Text()),
    Column("mark", String(64)),
    Column("lang", String(2)),
    Column("rhythm", String(16)),
    Column("asked_at", UTCDateTime(), index=True),
    Column("confirmed_at", UTCDateTime(), nullable=True),
    Column("due_at", UTCDateTime(), index=True),
    Column("generation", Integer()),
    Column("seq", Integer()),
    Column("sent", Text()),
)
_table(
    "identity_invitation",
    Column("id", String(36), primary_key=True),
    Column("secret_hash", String(64), unique=True),
    Column("inviter_id", String(36), ForeignKey("identity_person.id")),
    Column("provider", String(64)),
    Column("organisation", String(80), nullable=True),
    Column("for_whom", String(200)),
    Column("role", String(16)),
    Column("scope", JSON()),
    Column("created_at", UTCDateTime()),
    Column("expires_at", UTCDateTime()),
    Column("used_at", UTCDateTime(), nullable=True),
    Column("used_by", String(36), ForeignKey("identity_person.id"), nullable=True),
    Column("municipality_name", String(120), nullable=True),
    Column("municipality_state", String(2), nullable=True),
    Column("municipality_ars", String(12), nullable=True),
)
_table(
    "identity_link",
    Column("issuer", String(255), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("person_id", String(36), ForeignKey("identity_person.id"), index=True),
    Column("linked_at", UTCDateTime()),
)
_table(
    "identity_role",
    Column("id", Integer(), primary_key=True),
    Column("person_id", String(36), ForeignKey("identity_person.id"), index=True),
    Column("kind", String(16)),
    Column("scope", JSON()),
    Column("source", String(16)),
    Column("granted_at", UTCDateTime()),
    CheckConstraint("kind IN ('reader', 'author', 'curator', 'operator')", name="kind_known"),
    CheckConstraint("source IN ('provider', 'granted')", name="source_known"),
)
_table(
    "identity_session",
    Column("id", String(36), primary_key=True),
    Column("secret_hash", String(64), unique=True),
    Column("person_id", String(36), ForeignKey("identity_person.id"), index=True),
    Column("provider", String(64)),
    Column("issuer", String(255)),
    Column("subject", String(255)),
    Column("provider_sid", String(255), nullable=True),
    Column("id_token", Text(), nullable=True),
    Column("created_at", UTCDateTime()),
    Column("seen_at", UTCDateTime()),
    Column("expires_at", UTCDateTime(), index=True),
    Column("ended_at", UTCDateTime(), nullable=True),
    Index(None, "issuer", "provider_sid"),
)
_table(
    "identity_token",
    Column("id", String(36), primary_key=True),
    Column("secret_hash", String(64), unique=True),
    Column("person_id", String(36), ForeignKey("identity_person.id"), index=True),
    Column("name", String(200)),
    Column("created_at", UTCDateTime()),
    Column("expires_at", UTCDateTime()),
    Column("used_at", UTCDateTime(), nullable=True),
)
_table(
    "review_approval",
    Column("proposal_id", String(100), ForeignKey("review_proposal.id", ondelete="CASCADE"), primary_key=True),
    Column("round", Integer(), primary_key=True),
    Column("person", String(64), primary_key=True),
    Column("pseudonym", String(63)),
    Column("at", UTCDateTime()),
)
_table(
    "review_draft_file",
    Column("draft_id", String(36), ForeignKey("review_draft.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(100), primary_key=True),
    Column("size", Integer()),
    Column("sha256", String(64)),
    Column("data", LargeBinary()),
)
_table(
    "review_message",
    Column("id", Integer(), primary_key=True),
    Column("notice_id", Integer(), ForeignKey("review_notice.id", ondelete="CASCADE")),
    Column("token", String(36)),
    Column("attempts", Integer()),
    Column("due_at", UTCDateTime(), index=True, nullable=True),
    Column("outcome", String(16)),
    Column("failure", String(64)),
    CheckConstraint("(due_at IS NULL) = (outcome <> '')", name="over_or_due"),
    sqlite_autoincrement=True,
)
_table(
    "review_remark",
    Column("id", String(36), primary_key=True),
    Column("proposal_id", String(100), ForeignKey("review_proposal.id", ondelete="CASCADE"), index=True),
    Column("kind", String(16)),
    Column("field", String(120)),
    Column("person", String(64)),
    Column("text", Text()),
    Column("round", Integer()),
    Column("at", UTCDateTime()),
    Column("resolved_at", UTCDateTime(), nullable=True),
    Column("resolved_by", String(64), nullable=True),
)
_table(
    "review_round",
    Column("proposal_id", String(100), ForeignKey("review_proposal.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer(), primary_key=True),
    Column("writer", String(64)),
    Column("pseudonym", String(63)),
    Column("wrote", Boolean()),
    Column("digest", String(71)),
    Column("base", String(71), nullable=True),
    Column("text", LargeBinary()),
    Column("files", Text()),
    Column("problems", Text()),
    Column("reason", Text()),
    Column("at", UTCDateTime()),
)
