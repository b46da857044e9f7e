"""A machine whose place another one took loses nothing of what that one published."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlmodel import col

from app.cli import main
from app.database.jobs import JobRow
from app.database.writer import WriterRow
from app.wiring import Services
from app.wiring.node import KeysMissing, Node, RepositoryBehind
from app.wiring.record_erasure import RecordErasure
from tests.webnode.node import publish

CONCEPT = "concepts/beispiel-pruefliste"
_EARLIER, _LATER = datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
OTHERS = (
    ("grant", "kim@beispielverbund.example", "operator"),
    ("harvest",),
    ("peers", "pause", "https://node.example"),
    ("erase", "person", "kim@beispielverbund.example", "--reason", "request", "--yes"),
    ("erase", "address", "kim@beispielverbund.example", "--yes"),
    ("erase", "record", "case-study/beispielstadt-mitfahrbank", "--reason", "legal", "--yes"),
)


def quiet(_step: str) -> Callable[[int, int], None]:
    return lambda _done, _total: None


def taken_by_two(node: Services) -> None:
    with node.sessions.begin() as db:
        db.merge(WriterRow(id=1, machine="two", until=_LATER))


@pytest.fixture
def left_behind(node: Services, tmp_path: Path) -> Iterator[Services]:
    """The machine that wrote before, with its repository as it was when another one took its place."""
    old = tmp_path / "old.git"
    shutil.copytree(node.repository.git.git_dir, old)
    text = node.repository.folder(CONCEPT, node.repository.head()).text or b""
    publish(node, {f"{CONCEPT}/index.md": text + "\nSpäter.\n".encode()})
    node.follow()
    taken_by_two(node)
    services = Services(node.settings.model_copy(update={"repository": old, "machine": "one"}), node.clock)
    yield services
    services.close()


def rows(node: Services) -> set[tuple[str, int]]:
    return {(entry.id, entry.ver) for entry in node.catalogue.changes(0)}


def test_building_the_index_or_erasing_a_record_there_is_refused_before_a_row_is_lost(
    node: Services, left_behind: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, upgraded = rows(node), list[object]()
    for catalogue in (False, True):
        with pytest.raises(RepositoryBehind):
            Node(left_behind).reindex(quiet, catalogue=catalogue)
    with pytest.raises(RepositoryBehind):
        RecordErasure(left_behind).find("concept/beispiel-pruefliste")
    monkeypatch.setattr("app.wiring.node.schema_version.upgrade", upgraded.append)
    with pytest.raises(RepositoryBehind):
        Node(left_behind).refresh(quiet)
    assert (rows(node), upgraded) == (before, [])


@pytest.mark.parametrize("lost", ["online.pem", "roots"])
def test_who_takes_over_without_the_keys_of_the_node_makes_none(node: Services, lost: str) -> None:
    node.federation.rebuild()
    taken_by_two(node)
    keys = node.settings.keys_path
    before = (keys / "online.pem").read_bytes()
    (keys / lost).unlink() if lost.endswith("pem") else shutil.rmtree(keys / lost)
    shutil.rmtree(node.federation.folder)
    with pytest.raises(KeysMissing, match="When the writer is gone"):
        Node(node).refresh(quiet)
    assert [path.read_bytes() for path in keys.glob("*.pem")] == ([before] if lost == "roots" else [])


@pytest.mark.parametrize("here", ["an earlier list", "none"])
def test_who_takes_over_publishes_above_the_list_that_others_saw_last(node: Services, here: str) -> None:
    node.federation.rebuild()
    listed, seen = node.federation.listing.listed, node.federation.listing.listed.version()
    # Meanwhile the other machine published more than anybody does.
    node.clock.forward(minutes=1)  # type: ignore[attr-defined]
    seen += 4
    if here == "none":
        shutil.rmtree(node.federation.folder)
    taken_by_two(node)
    Node(node).refresh(quiet)
    assert listed.version() > seen
    listed.check()


def test_nobody_waits_for_the_duties_of_the_machine_that_is_gone(node: Services) -> None:
    with node.sessions.begin() as db:
        db.merge(JobRow(name="retention", next_at=_EARLIER, lease="x", lease_until=_LATER))
    Node(node).become_writer()
    assert leases(node) == {"x"}, "its own processes may be at it"
    taken_by_two(node)
    Node(node).become_writer()
    assert leases(node) == {""}


def leases(node: Services) -> set[str]:
    with node.sessions.reading() as db:
        return set(db.scalars(select(col(JobRow.lease))))


def test_commands_that_write_are_refused_where_it_only_reads(node: Services) -> None:
    taken_by_two(node)
    runner = CliRunner(env={"NODE_ROLE": "reader", "NODE_DATABASE_URL": node.settings.database_url})
    for arguments in OTHERS:
        answer = runner.invoke(main, ["--data", str(node.settings.data), *arguments])
        assert (answer.exit_code, "two does that" in answer.output) == (3, True), answer.output
