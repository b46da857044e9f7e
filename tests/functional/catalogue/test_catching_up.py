import os
import signal
import time
from collections.abc import Callable

import pytest

from app.catalogue import catching_up
from app.records.commits import EditConflict
from tests.functional.catalogue.conftest import Node
from tests.webnode.texts import concept

VERSIONS = 42


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """The children inherit it."""
    monkeypatch.setattr(catching_up, "_BATCH_SIZE", 20)


def run_in_child(work: Callable[[], object]) -> int:
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001 - a child must never run on into the test run of its parent
            os._exit(1)
        os._exit(0)
    return child


def outcome(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.fixture
def full(node: Node) -> Node:
    """One commit with many records, then several small ones."""
    node.publish({f"concepts/viele-{number}/index.md": concept(f"viele-{number}") for number in range(VERSIONS - 10)})
    for number in range(8):
        node.edit("eins", concept("eins", f"Fassung {number}"))
    return node


def rows(node: Node) -> list[tuple[int, str, int]]:
    return [(entry.seq, entry.slug, entry.ver) for entry in node.catalogue.changes(0, limit=10_000)]


@pytest.mark.parametrize("after", [1, 2])
def test_killed_between_portions_it_goes_on_where_it_was(full: Node, open_node: Callable[[], Node], after: int) -> None:
    calls = 0

    def kill_self(done: int, total: int) -> None:
        nonlocal calls
        calls += 1
        if calls == after:
            os.kill(os.getpid(), signal.SIGKILL)

    assert outcome(run_in_child(lambda: full.catalogue.catch_up(kill_self))) == -signal.SIGKILL
    assert len(rows(full)) == after * 20
    seen: list[int] = []
    fresh = open_node()
    assert fresh.catalogue.catch_up(lambda *step: seen.append(step[1])) == VERSIONS
    assert fresh.catalogue.disagreements() == ()
    assert len({(slug, ver) for _, slug, ver in rows(fresh)}) == VERSIONS


@pytest.mark.slow
def test_killed_at_any_moment_nothing_is_lost_or_doubled(full: Node, open_node: Callable[[], Node]) -> None:
    for delay in (0.01, 0.02, 0.04, 0.08):
        child = run_in_child(full.catalogue.catch_up)
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
        outcome(child)
    fresh = open_node()
    # PostgreSQL gives the numbers of what was killed to nobody else.
    assert fresh.catalogue.catch_up() >= VERSIONS
    assert len(fresh.catalogue.changes(0, VERSIONS + 1)) == VERSIONS
    assert fresh.catalogue.disagreements() == ()


def test_several_processes_at_once_write_each_row_once(full: Node) -> None:
    children = [run_in_child(full.catalogue.catch_up) for _ in range(3)]
    assert [outcome(child) for child in children] == [0, 0, 0]
    assert full.catalogue.last_seq() == VERSIONS
    assert full.catalogue.disagreements() == ()


def test_several_portions_are_read_once_and_not_again_at_a_start(full: Node, open_node: Callable[[], Node]) -> None:
    assert full.catalogue.catch_up() == VERSIONS
    assert full.catalogue.disagreements() == ()
    before = rows(full)
    seen: list[int] = []
    assert open_node().catalogue.catch_up(lambda *step: seen.append(step[0])) == full.catalogue.catch_up() == VERSIONS
    assert (seen, rows(full)) == ([], before)


def test_publishing_and_catching_up_in_several_processes_agree_in_the_end(node: Node) -> None:
    def work(name: str) -> None:
        for number in range(5):
            while True:
                try:
                    node.edit(name, concept(name, f"Fassung {number}"))
                    break
                except EditConflict:
                    continue
            node.catalogue.catch_up()

    children = [run_in_child(lambda name=name: work(name)) for name in ("a", "b", "c")]  # type: ignore[misc] # mypy cannot infer a lambda with a default
    assert [outcome(child) for child in children] == [0, 0, 0]
    assert node.catalogue.catch_up() == 2 + 15
    assert node.catalogue.disagreements() == ()


def test_children_of_a_fork_use_connections_of_their_own(node: Node) -> None:
    node.catalogue.catch_up()
    for _ in range(3):
        assert outcome(run_in_child(lambda: node.catalogue.heads() and node.catalogue.catch_up())) == 0
    node.edit("eins", concept("eins", "Danach."))
    assert node.catalogue.catch_up() == 3
