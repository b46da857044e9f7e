import threading
from collections.abc import Sequence

from app.records.sharing.hook import PushAnswer, RefCommand, open_door

DOORS = 100


def test_nobody_waits_at_a_door_that_no_push_came_to() -> None:
    def nobody(_commands: Sequence[RefCommand]) -> PushAnswer:
        raise AssertionError

    before = set(threading.enumerate())
    for _ in range(DOORS):
        with open_door(nobody, seconds=20.0):
            pass
    waiting = set(threading.enumerate()) - before
    for thread in waiting:
        thread.join(5.0)
    assert not [thread for thread in waiting if thread.is_alive()]
