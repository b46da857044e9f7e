"""What a node publishes, changes, withdraws and erases, as the next node shows it."""

import json

import pytest
from sqlalchemy import event

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.federation.association.trust import OwnAddress
from app.federation.harvest import statement_reader, witness
from app.federation.harvest.foreign_records import ForeignTexts
from app.federation.harvest.report import End, Outcome
from app.federation.harvest.witness import SEEN
from app.records.problem import Problem
from app.records.schema import SchemaSet
from app.records.structure import RecordFile, structural_problems
from app.wiring.record_erasure import RecordErasure
from tests.database import on_postgresql
from tests.functional.privacy.somebody import found_in
from tests.netnodes.forging import list_bytes
from tests.netnodes.net import Net, NetNode, record_id, tombstone

ONE, TWO = record_id(1), record_id(2)
WORD = "Zwiebelturmgasse"


def test_new_records_are_shown_with_the_first_look(a: NetNode, taken: NetNode) -> None:
    assert taken.shown(a.origin) == {ONE: (1, "Ein Beispiel"), TWO: (1, "Noch eines")}
    (view,) = taken.services.harvest.views()
    assert (view.records, view.set_aside, view.node.error) == (2, 0, "")
    handed_on = taken.services.federation.held.payload(a.origin, ONE, 1)
    assert handed_on == a.services.federation.own.payload("", ONE, 1)


def test_edits_and_withdrawals_arrive_with_the_next_look(net: Net, a: NetNode, taken: NetNode) -> None:
    net.clock.forward(minutes=15)
    a.publish(ONE, title="Eine neue Fassung")
    a.withdraw(TWO)
    outcomes = +taken.harvest(a).tally.outcomes
    assert outcomes == {Outcome.UPDATED: 1, Outcome.WITHDRAWN: 1}
    assert taken.shown(a.origin) == {ONE: (2, "Eine neue Fassung")}
    with pytest.raises(RecordWithdrawn) as withdrawn:
        taken.services.catalogue.head(TWO, a.origin)
    assert taken.services.catalogue.withdrawal(withdrawn.value.entry).reason == "error"


def test_of_earlier_versions_nothing_is_held(net: Net, a: NetNode, taken: NetNode) -> None:
    net.clock.forward(minutes=15)
    a.publish(ONE, title="Eine neue Fassung")
    taken.harvest(a)
    assert [entry.ver for entry in taken.services.catalogue.versions(ONE, a.origin)] == [2]
    assert taken.services.harvest.records.entry(a.origin, ONE).record.ver == 2


def test_what_was_withdrawn_comes_back_when_it_is_published_again(net: Net, a: NetNode, taken: NetNode) -> None:
    a.withdraw(TWO)
    taken.harvest(a)
    a.publish(TWO, title="Wieder da")
    assert +taken.harvest(a).tally.outcomes == {Outcome.UPDATED: 1}
    assert taken.shown(a.origin)[TWO] == (3, "Wieder da")


def test_what_takes_the_place_of_a_withdrawn_record_lies_at_its_home(a: NetNode, taken: NetNode) -> None:
    gone = tombstone(ONE).replace(b"reason: error", b"reason: superseded\nsuccessor: concept/beispiel-2")
    a.write({"concepts/beispiel-1/index.md": gone})
    taken.harvest(a)
    with pytest.raises(RecordWithdrawn) as withdrawn:
        taken.services.catalogue.head(ONE, a.origin)
    note = taken.services.catalogue.withdrawal(withdrawn.value.entry)
    assert (note.reason, note.successor) == ("superseded", "https://a.example/konzepte/beispiel-2")


def test_what_leaves_the_list_is_deleted_here_and_comes_back_with_it(net: Net, a: NetNode, taken: NetNode) -> None:
    path = f"records/{ONE}.json"
    data = a.services.federation.own.payload("", ONE, 1)
    list_bytes(a, path, None)
    assert +taken.harvest(a).tally.outcomes == {Outcome.ERASED: 1}
    assert set(taken.shown(a.origin)) == {TWO}
    with pytest.raises(RecordNotFound):
        taken.services.catalogue.head(ONE, a.origin)
    list_bytes(a, path, data)
    assert +taken.harvest(a).tally.outcomes == {Outcome.NEW: 1}
    assert taken.shown(a.origin)[ONE] == (1, "Ein Beispiel")


def test_personal_data_that_is_erased_at_home_is_erased_here(net: Net, a: NetNode, b: NetNode) -> None:
    net.searching = True
    reader = net.node("c")
    a.publish(ONE, title=f"In der {WORD}")
    a.publish(TWO)
    reader.follow(a)
    reader.harvest(a)
    assert found_in(reader.services, WORD)
    erasure = RecordErasure(a.services)
    assert erasure.erase(erasure.find(ONE), "personal-data", lambda _step: lambda _done, _total: None) == ()
    a.services.federation.follow()
    assert found_in(a.services, WORD) == set()
    report = reader.harvest(a)
    assert (report.tally.outcomes[Outcome.ERASED], report.findings) == (1, False)
    assert set(reader.shown(a.origin)) == {TWO}
    # What was searched for goes when files of the index are merged; the log of SQLite is written over, and deleted rows
    # of PostgreSQL go when it cleans the table by itself.
    places = found_in(reader.services, WORD) - {"federation_record" if on_postgresql() else "node.sqlite-wal"}
    assert all(place.startswith("index/") for place in places), places
    a.publish(TWO, title="Danach")
    assert not reader.harvest(a).findings
    assert reader.shown(a.origin) == {TWO: (2, "Danach")}


def test_a_confirmed_list_is_not_read_again(net: Net, a: NetNode, taken: NetNode) -> None:
    net.clock.forward(days=6)
    a.services.federation.listing.renew()
    assert taken.harvest(a).end is End.UNCHANGED
    node = taken.services.harvest.nodes.get(a.issuer)
    assert node.confirmed_at == net.clock()


def test_which_lists_came_last_is_published_daily_and_only_if_changed(
    net: Net, a: NetNode, taken: NetNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witness, "_MOST_NUMBERS", 3)
    listing, said = taken.services.federation.listing, taken.services.harvest.seen()
    held = taken.services.harvest.nodes.get(a.issuer)
    assert json.loads(said[SEEN]) == {a.issuer.address: {"version": held.list_version, "sha256": held.list_sha256}}
    taken.publish(record_id(3))
    number = listing.listed.version()
    listing.renew(said)
    assert (listing.listed.version(), SEEN in listing.listed.listed()) == (number + 1, True)
    listing.renew(taken.services.harvest.seen())
    assert listing.listed.version() == number + 1
    for day in range(5):
        net.clock.forward(minutes=15)
        a.publish(TWO, title=f"Fassung {day}")
        taken.harvest(a)
    assert listing.listed.version() == number + 1
    (numbers,) = taken.services.settings.data.glob("lists/*/numbers.json")
    assert len(json.loads(numbers.read_text())) == 4


def test_a_list_that_was_written_anew_is_the_same_list(net: Net, a: NetNode, taken: NetNode) -> None:
    before = taken.shown(a.origin)
    a.services.federation.rebuild()
    report = taken.harvest(a)
    assert (report.error, report.tally.stored) == ("", 0)
    assert taken.shown(a.origin) == before


def test_a_node_does_not_read_its_own_list(a: NetNode) -> None:
    with pytest.raises(OwnAddress):
        a.services.harvest.look(a.issuer)


def test_records_of_others_are_read_together_and_checked_once(
    a: NetNode, taken: NetNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, asked, checked = taken.services, list[str](), list[str]()

    def counting(draft: RecordFile, schemas: SchemaSet) -> list[Problem]:
        checked.append(draft.path)
        return structural_problems(draft, schemas)

    monkeypatch.setattr(statement_reader, "structural_problems", counting)
    event.listen(services.sessions.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    heads, reader = services.catalogue.heads("concept"), statement_reader.StatementReader(services.schemas)
    for _time in range(2):
        asked.clear()
        texts = ForeignTexts(services.sessions, reader, services.harvest.files)
        texts.read_ahead(heads)
        assert {texts.record(head).id for head in heads if head.origin == a.origin} == {ONE, TWO}
        assert sum(one.startswith("SELECT") for one in asked) == 1
    assert len(checked) == 2
