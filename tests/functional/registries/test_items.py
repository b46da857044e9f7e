from datetime import timedelta
from pathlib import Path

from app.registries.items import ItemSelection
from app.wiring import Services
from tests.webnode.node import STOPPED, WITHDRAWN, publish, settings

INDEX = "case-studies/beispielstadt-mitfahrbank/index.md"
ALL = ItemSelection()


def edit(services: Services, old: bytes, new: bytes) -> None:
    text = services.repository.folder(INDEX.removesuffix("/index.md"), services.repository.head()).text
    assert old in text
    publish(services, {INDEX: text.replace(old, new)})
    services.catalogue.catch_up()


def test_every_record_is_held_once_in_the_order_of_its_last_change(services: Services) -> None:
    services.oai.projection.catch_up()
    items = services.oai.items.after(0, ALL, 100)
    assert len({item.record_id for item in items}) == len(items) == 6
    assert [item.seq for item in items] == sorted(item.seq for item in items)
    assert [item.stamped_at for item in items] == sorted(item.stamped_at for item in items)
    assert [item.record_id for item in items[-2:]] == [STOPPED, WITHDRAWN]
    assert [item.withdrawn for item in items] == [False] * 5 + [True]


def test_a_change_moves_a_record_to_the_end_and_nothing_else(services: Services) -> None:
    before = services.oai.projection.catch_up()
    edit(services, b"Mitfahr", b"Mitnahme")
    after = services.oai.projection.catch_up()
    assert after.seq == before.seq + 1
    (item,) = services.oai.items.after(before.seq, ALL, 100)
    assert (item.record_id, item.ver) == (STOPPED, 4)
    assert services.oai.items.extent(ALL)[0] == 6


def test_a_topic_that_was_taken_away_still_selects_the_record(services: Services) -> None:
    edit(services, b"topics: [mobility", b"topics: [housing")
    services.oai.projection.catch_up()
    for topic in ("mobility", "housing"):
        found = services.oai.items.after(0, ItemSelection(topic=topic), 100)
        assert STOPPED in {item.record_id for item in found}


def test_times_never_go_back_though_the_clock_does(tmp_path: Path, services: Services) -> None:
    position = services.oai.projection.catch_up()
    slow = Services(settings(tmp_path), lambda: position.stamped_at - timedelta(days=1))
    edit(slow, b"Mitfahr", b"Mitnahme")
    assert slow.oai.projection.catch_up().stamped_at == position.stamped_at
    slow.close()
