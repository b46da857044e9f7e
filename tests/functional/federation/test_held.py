from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.catalogue import RecordWithdrawn
from app.federation.held import StatementNotHeld
from app.federation.items import ItemSelection
from app.federation.service import FederationService
from app.federation.statement import Status, read_payload
from app.wiring import Services
from tests.webnode.node import STOPPED, WITHDRAWN, publish, settings

INDEX = "case-studies/beispielstadt-mitfahrbank/index.md"
ALL = ItemSelection()


def edit(services: Services, old: bytes, new: bytes) -> None:
    text = services.repository.folder(INDEX.removesuffix("/index.md"), services.repository.head()).text
    assert old in text
    publish(services, {INDEX: text.replace(old, new)})
    services.catalogue.catch_up()


def test_every_record_is_held_once_in_the_order_of_its_last_change(
    services: Services, federation: FederationService
) -> None:
    federation.held.catch_up()
    items = federation.held.items.after(0, ALL, 100)
    assert len({item.record_id for item in items}) == len(items) == 6
    assert [item.seq for item in items] == sorted(item.seq for item in items)
    assert [item.stamped_at for item in items] == sorted(item.stamped_at for item in items)
    assert [item.record_id for item in items[-2:]] == [STOPPED, WITHDRAWN]
    assert [item.withdrawn for item in items] == [False] * 5 + [True]


def test_a_change_moves_a_record_to_the_end_and_nothing_else(services: Services, federation: FederationService) -> None:
    before = federation.held.catch_up()
    edit(services, b"Mitfahr", b"Mitnahme")
    after = federation.held.catch_up()
    assert after.seq == before.seq + 1
    (item,) = federation.held.items.after(before.seq, ALL, 100)
    assert (item.record_id, item.ver) == (STOPPED, 4)
    assert federation.held.items.extent(ALL)[0] == 6


def test_a_topic_that_was_taken_away_still_selects_the_record(
    services: Services, federation: FederationService
) -> None:
    edit(services, b"topics: [mobility", b"topics: [housing")
    federation.held.catch_up()
    for topic in ("mobility", "housing"):
        found = federation.held.items.after(0, ItemSelection(topic=topic), 100)
        assert STOPPED in {item.record_id for item in found}


def test_what_is_selected(federation: FederationService) -> None:
    federation.held.catch_up()
    items = federation.held.items.after(0, ALL, 100)
    last = items[-1]

    def found(selection: ItemSelection) -> set[str]:
        return {item.record_id for item in federation.held.items.after(0, selection, 100)}

    assert found(ItemSelection(origin="")) == {item.record_id for item in items}
    assert found(ItemSelection(origin="anderswo.example")) == set()
    assert found(ItemSelection(kind="case-study", since=last.stamped_at)) == {STOPPED, WITHDRAWN}
    assert found(ItemSelection(kind="concept", since=last.stamped_at)) == set()
    assert found(ItemSelection(since=last.stamped_at + timedelta(seconds=1))) == set()
    assert WITHDRAWN not in found(ItemSelection(until=last.stamped_at - timedelta(seconds=1)))
    assert WITHDRAWN not in found(ItemSelection(up_to_seq=last.seq - 1))


def test_times_never_go_back_though_the_clock_does(tmp_path: Path, services: Services) -> None:
    position = services.federation.held.catch_up()
    slow = Services(settings(tmp_path), lambda: position.stamped_at - timedelta(days=1))
    edit(slow, b"Mitfahr", b"Mitnahme")
    assert slow.federation.held.catch_up().stamped_at == position.stamped_at
    slow.close()


def test_two_processes_agree(tmp_path: Path, services: Services) -> None:
    other = Services(settings(tmp_path), services.clock)
    edit(services, b"Mitfahr", b"Mitnahme")
    assert other.federation.held.catch_up() == services.federation.held.catch_up()
    assert other.federation.held.items.after(0, ALL, 100) == services.federation.held.items.after(0, ALL, 100)
    other.close()


def test_after_the_catalogue_was_built_anew_everything_is_there_again(
    services: Services, federation: FederationService
) -> None:
    before = federation.held.catch_up()
    items = federation.held.items.after(0, ALL, 100)
    services.catalogue.rebuild()
    after = federation.held.catch_up()
    assert after.generation == before.generation + 1
    again = federation.held.items.after(0, ALL, 100)
    assert {(item.record_id, item.ver, item.digest, item.topics) for item in again} == {
        (item.record_id, item.ver, item.digest, item.topics) for item in items
    }


def test_of_an_edit_that_was_taken_back_the_newest_version_is_handed_on(
    services: Services, federation: FederationService
) -> None:
    edit(services, b"Mitfahr", b"Mitnahme")
    edit(services, b"Mitnahme", b"Mitfahr")
    federation.held.catch_up()
    item = federation.held.by_sub(federation.own.sub("", STOPPED))
    said = read_payload(federation.held.payload(item))
    assert (said.ver, said.digest) == (5, services.catalogue.head(STOPPED).digest)


def test_earlier_texts_of_a_withdrawn_record_are_not_given_out(federation: FederationService) -> None:
    assert read_payload(federation.own.payload("", WITHDRAWN, 2)).status is Status.WITHDRAWN
    with pytest.raises(RecordWithdrawn):
        federation.own.payload("", WITHDRAWN, 1)


def test_an_item_is_found_by_its_global_name(federation: FederationService) -> None:
    federation.held.catch_up()
    item = federation.held.by_sub(federation.own.sub("", STOPPED))
    assert (item.record_id, item.ver) == (STOPPED, 3)
    for sub in ("", "https://erfahrungen.example/r/x", f"https://anderswo.example/r/{STOPPED}"):
        with pytest.raises(StatementNotHeld):
            federation.held.by_sub(sub)
