import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from app.catalogue import Repeated
from app.catalogue.models import OWN
from app.documents.writing.exports import ExportKind
from app.kickoff.memo.memo import Decision, Find, MemoNotFound, ReuseMemo
from app.kickoff.memo.pinning import Change
from app.kickoff.memo.store import MemoRow
from app.wiring import Services
from app.wiring.node import Node
from tests.webnode.node import RUNNING, STOPPED, WITHDRAWN, one_node, publish

ISSUER = "https://erfahrungen.example"
SECRET = "Vertrauliche Überlegung"
STOPPED_FILE = "case-studies/beispielstadt-mitfahrbank/index.md"


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A node with one case in three versions and one record withdrawn, whose catalogue no test changes."""
    yield from one_node(tmp_path_factory.mktemp("memo"))


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Services]:
    """The same node for a test that changes its records."""
    yield from one_node(tmp_path)


def stored(services: Services) -> object:
    with services.sessions.reading() as db:
        return db.execute(text("SELECT count(*) FROM kickoff_memo")).scalar()


def memo_of(services: Services, *finds: tuple[str, int]) -> ReuseMemo:
    pins = (services.memos.pin(services.catalogue.get(record, ver)) for record, ver in finds)
    return ReuseMemo(
        at=services.clock(),
        site=services.settings.name,
        issuer=ISSUER,
        question=SECRET,
        finds=tuple(Find(record=pin, decision=Decision.TAKEN, reason=SECRET) for pin in pins),
    )


def edit(services: Services, old: str, new: str) -> None:
    repository = services.repository
    raw = repository.folder("case-studies/beispielstadt-mitfahrbank", repository.head()).text or b""
    assert old in raw.decode()
    publish(services, {STOPPED_FILE: raw.decode().replace(old, new).encode()})
    services.follow()


def test_a_pin_holds_exactly_what_was_read(services: Services) -> None:
    entry = services.catalogue.get(STOPPED, 2)
    record = services.catalogue.record(entry)
    pin = services.memos.pin(entry)
    assert (pin.home, pin.id, pin.ver, pin.digest) == (ISSUER, STOPPED, 2, entry.digest)
    assert (pin.title, pin.kind, pin.outcome) == (record.title, "case-study", "stopped")
    assert pin.openness == "open", "that of the solution it used"
    assert pin.places == tuple(place.name for place in record.municipalities)
    assert [source.title for source in pin.sources] == [source.title for source in record.sources]
    assert pin.at == entry.at.replace(microsecond=0)


def test_a_record_that_changed_since_is_told_and_the_link_still_shows_what_was_read(own: Services) -> None:
    memo = memo_of(own, (STOPPED, 3), (RUNNING, 1))
    assert own.memos.changes_since(memo) == ()
    read = own.catalogue.record(own.catalogue.get(STOPPED, 3))

    edit(own, "nutzte sie kaum noch jemand", "war sie leer")

    (change,) = own.memos.changes_since(memo)
    assert (change.record.id, change.change, change.record.ver, change.ver) == (STOPPED, Change.NEWER, 3, 4)
    assert change.at == own.catalogue.head(STOPPED).at
    pinned = own.catalogue.get(change.record.id, change.record.ver)
    assert own.catalogue.record(pinned) == read
    assert pinned.digest == memo.finds[0].record.digest


def test_a_record_that_was_only_found_to_hold_is_not_told_as_changed(own: Services) -> None:
    memo = memo_of(own, (STOPPED, 3))
    edit(own, "last_confirmed: ", "last_confirmed: 2026-11-23  # ")
    assert own.catalogue.head(STOPPED).ver == 4
    assert own.memos.changes_since(memo) == ()
    edit(own, "nutzte sie kaum noch jemand", "war sie leer")
    changed_at = own.catalogue.head(STOPPED).at
    edit(own, "last_confirmed: ", "last_confirmed: 2026-11-24  # ")
    (change,) = own.memos.changes_since(memo)
    assert (change.change, change.ver, change.at) == (Change.NEWER, 5, changed_at)
    assert own.catalogue.head(STOPPED).ver == 6


def test_a_withdrawn_record_is_told(services: Services) -> None:
    memo = memo_of(services, (STOPPED, 3))
    pin = replace(memo.finds[0].record, id=WITHDRAWN, ver=1)
    (change,) = services.memos.changes_since(replace(memo, finds=(Find(record=pin),)))
    assert change.change is Change.WITHDRAWN
    assert change.ver == services.catalogue.versions(WITHDRAWN)[-1].ver


@pytest.mark.parametrize(
    ("fields", "expected", "newest"),
    [
        ({"digest": f"sha256:{'0' * 64}"}, Change.ALTERED, 3),
        ({"id": "99999999-0000-4000-8000-000000000000"}, Change.UNKNOWN, None),
        ({"home": "https://partner.example"}, Change.UNKNOWN, None),
        ({"ver": 9}, Change.UNKNOWN, 3),
    ],
)
def test_a_pin_that_does_not_fit_is_told(
    services: Services, fields: dict[str, object], expected: Change, newest: int | None
) -> None:
    memo = memo_of(services, (STOPPED, 3))
    pin = replace(memo.finds[0].record, **fields)  # type: ignore[arg-type]  # a dictionary of fields
    (change,) = services.memos.changes_since(replace(memo, finds=(Find(record=pin),)))
    assert (change.change, change.ver) == (expected, newest)


def test_records_of_a_partner_are_looked_up_under_its_name(own: Services) -> None:
    """Copies of foreign records stand in the same catalogue under the name of their host."""
    memo = memo_of(own, (STOPPED, 3))
    with own.sessions.begin() as db:
        db.execute(
            text("UPDATE catalogue_version SET origin = 'partner.example' WHERE record_id = :id"), {"id": STOPPED}
        )
    pin = replace(memo.finds[0].record, home="https://partner.example", ver=2)
    pin = replace(pin, digest=own.catalogue.versions(STOPPED, "partner.example")[1].digest)
    (change,) = own.memos.changes_since(replace(memo, finds=(Find(record=pin),)))
    assert (change.change, change.ver) == (Change.NEWER, 3)
    assert own.catalogue.versions(STOPPED, OWN) == ()
    same = Repeated(1, own.clock(), (pin.digest,)).text
    with own.sessions.begin() as db:
        db.execute(text("UPDATE catalogue_version SET told = :same WHERE ver = 3"), {"same": same})
    assert own.memos.changes_since(replace(memo, finds=(Find(record=pin),))) == (), (
        "it only confirms the one that was read"
    )


def test_neither_words_of_the_asker_nor_the_link_reach_the_log(services: Services) -> None:
    with capture_logs() as logs:
        kept = services.memos.save(memo_of(services, (STOPPED, 3)))
        services.memos.save(memo_of(services, (STOPPED, 3)), token=kept.token)
        services.memos.load(kept.token)
        services.memos.exports.export(memo_of(services, (STOPPED, 3)), ExportKind.PDF, "de")
        services.memos.changes_since(memo_of(services, (STOPPED, 3)))
        services.memos.delete(kept.token)
        services.memos.purge()
    assert [entry["event"] for entry in logs] == ["memo.saved", "memo.saved", "memo.deleted"]
    assert SECRET not in json.dumps(logs, ensure_ascii=False)
    assert kept.token not in json.dumps(logs)


def test_an_error_of_the_database_does_not_tell_what_it_was_to_store(services: Services) -> None:
    document = services.memos.form.to_json(memo_of(services, (STOPPED, 3)))
    now = services.clock()
    row = insert(MemoRow).values(token_hash="a", document=document, saved_at=now, expires_at=now)
    with services.sessions.begin() as db:
        db.execute(row)
        with pytest.raises(IntegrityError) as error:
            db.execute(row)
    assert "kickoff_memo.token_hash" in str(error.value)
    assert "Vertrauliche" not in str(error.value)


def test_old_memos_go_when_the_node_starts(services: Services) -> None:
    kept = services.memos.save(memo_of(services))
    with services.sessions.begin() as db:
        db.execute(text("UPDATE kickoff_memo SET expires_at = '2020-01-01 00:00:00.000000'"))
    Node(services).refresh(lambda _step: lambda _done, _total: None)
    assert stored(services) == 0
    with pytest.raises(MemoNotFound):
        services.memos.load(kept.token)


def test_all_published_content_can_stand_in_memos_that_stay_small_enough(seeded: Services) -> None:
    pins = [seeded.memos.pin(entry) for entry in seeded.catalogue.heads()]
    empty = ReuseMemo(at=seeded.clock(), site="Erfahrungsnetz", issuer=seeded.settings.issuer)
    assert len(pins) > 50
    for pin in pins:
        assert seeded.memos.form.problems(replace(empty, finds=(Find(record=pin),))) == ()
    largest = sorted(pins, key=lambda pin: len(repr(pin)))[-20:]
    many = replace(empty, finds=tuple(Find(record=pin, reason="x" * 1000) for pin in largest))
    assert seeded.memos.form.from_json(seeded.memos.form.to_json(many)) == many
