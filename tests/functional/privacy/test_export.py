"""What is given out to a person is all that is stored of them, and nothing that names others or lets anybody in."""

import json
import re

from sqlalchemy import func, or_, select

from app.database import Table
from app.privacy.erasure import ErasureReason
from app.privacy.export import SECTIONS
from tests.functional.privacy.somebody import ADDRESS, MARKER, NAME, Somebody

_OF_PEOPLE = re.compile(
    r"(person|people|author|writer|editor|reader|actor|inviter|user|owner|member|account)(_id)?|.*_by"
)
_OF_NODES = {("federation_issuer", "introduced_by")}
"""Columns that are called as if they held a person and hold the address of a node."""


def of_people() -> dict[str, set[str]]:
    """Every column of every table that refers to a person, or is called as if it did."""
    found: dict[str, set[str]] = {}
    for table in Table.metadata.tables.values():
        for column in table.columns:
            named = _OF_PEOPLE.fullmatch(column.name) and (table.name, column.name) not in _OF_NODES
            if named or any(key.target_fullname == "identity_person.id" for key in column.foreign_keys):
                found.setdefault(table.name, set()).add(column.name)
    return found


def test_every_table_with_a_column_for_people_is_covered() -> None:
    """Whoever adds such a table or column says in SECTIONS what it tells of a person."""
    covered = {section.table.__tablename__: set(section.columns) for section in SECTIONS}
    missing = {
        f"{table}.{column}" for table, columns in of_people().items() for column in columns - covered.get(table, set())
    }
    assert missing == set()
    assert of_people()["review_proposal"] == {"author", "editor"}
    assert of_people()["identity_invitation"] == {"inviter_id", "used_by"}


def test_every_row_about_the_person_is_given_out(somebody: Somebody) -> None:
    services, person = somebody.services, somebody.person
    document = services.privacy.export.export(person.id).document
    tables = {section.table.__tablename__: section.name for section in SECTIONS}
    with services.sessions.reading() as db:
        for name, columns in of_people().items():
            table = Table.metadata.tables[name]
            about = or_(*(table.c[column] == person.id for column in columns))
            count = db.scalar(select(func.count()).select_from(table).where(about))
            own = [row for row in document[tables[name]] if person.id in row.values()]
            assert len(own) == count, name
    filled = {name for name, rows in document.items() if rows}
    assert filled >= {section.name for section in SECTIONS} - {"approvals", "invitations", "moderation"}


def test_it_names_what_the_person_typed_and_neither_secrets_nor_others(somebody: Somebody) -> None:
    export = somebody.services.privacy.export.export
    found = export(somebody.person.id)
    text = json.dumps(found.document, ensure_ascii=False)
    own = (NAME, ADDRESS, f"Ich wohne in der {MARKER} 3.", somebody.person.pseudonym, "Ihre Entwürfe")
    for word in (*own, "jemand anderes"):
        assert word in text
    for word in (somebody.curator.id, somebody.curator.pseudonym, "Berta", "secret_hash", "id_token", "token_hash"):
        assert word not in text
    assert found.document["published"] == [f"question/{somebody.published.slug}"]
    assert any(MARKER.encode() in data for name, data in found.files.items() if name.endswith("plan.txt"))
    assert "Your drafts" in str(export(somebody.person.id, "en").document["explained"])


def test_of_whoever_was_erased_only_ids_and_codes_are_left(somebody: Somebody) -> None:
    names = ("drafts", "ways_in", "sessions", "keys", "roles", "notices", "confirmations")
    before = somebody.services.privacy.export.export(somebody.person.id).document
    assert all(before[name] for name in names)
    somebody.services.privacy.erasure.forget(somebody.person.id, ErasureReason.REQUEST)
    found = somebody.services.privacy.export.export(somebody.person.id)
    assert not any(found.document[name] for name in names)
    text = json.dumps(found.document, ensure_ascii=False)
    for word in (NAME, ADDRESS, MARKER, MARKER.lower(), somebody.person.pseudonym):
        assert word not in text
    assert found.files == {}
