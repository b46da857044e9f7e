"""Within an answer the catalogue stands still, unless the one who answers changes it."""

import threading
from collections.abc import Callable

from tests.functional.catalogue.conftest import Node
from tests.webnode.texts import concept


def seen(node: Node) -> tuple[int, int]:
    return node.catalogue.last_seq(), len(node.catalogue.heads())


def test_answer_sees_one_state_and_the_next_one_the_newest(open_node: Callable[[], Node], node: Node) -> None:
    node.catalogue.catch_up()
    before = seen(node)
    node.catalogue.moment.begin()
    assert seen(node) == before
    elsewhere = open_node()
    elsewhere.edit("neu", concept("neu"))
    elsewhere.catalogue.catch_up()
    assert seen(node) == before
    node.catalogue.moment.end()
    assert seen(node) == (before[0] + 1, before[1] + 1)


def test_own_change_is_seen_at_once(node: Node) -> None:
    node.catalogue.catch_up()
    node.catalogue.moment.begin()
    before = seen(node)
    node.edit("neu", concept("neu"))
    node.catalogue.catch_up()
    assert seen(node) == (before[0] + 1, before[1] + 1)
    with node.catalogue.appending():
        pass
    assert seen(node) == (before[0] + 1, before[1] + 1)
    node.catalogue.moment.end()


def test_answer_that_another_thread_overtook_goes_on_with_the_newest(node: Node) -> None:
    node.catalogue.catch_up()
    before = seen(node)
    node.catalogue.moment.begin()
    assert node.catalogue.last_seq() == before[0]

    def overtake() -> None:
        node.edit("neu", concept("neu"))
        node.catalogue.catch_up()
        assert len(node.catalogue.heads()) == before[1] + 1

    thread = threading.Thread(target=overtake)
    thread.start()
    thread.join()
    visible = node.catalogue.visible()
    assert (visible.seq, len(visible.entries)) == (before[0] + 1, before[1] + 1)
    node.catalogue.moment.end()
