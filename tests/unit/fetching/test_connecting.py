import socket
from collections.abc import Iterator

import pytest

from app.fetching import FetchFailed
from app.fetching.connection import Pinned


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as opened:
        opened.settimeout(0.1)
        yield opened


def test_no_further_address_is_tried_once_time_is_up(listener: socket.socket) -> None:
    pinned = Pinned([(socket.AF_INET, listener.getsockname())] * 3, seconds=0)
    with pytest.raises(FetchFailed) as failed:
        pinned.connect()
    assert failed.value.code == "deadline"
    with pytest.raises(TimeoutError):
        listener.accept()


def test_a_connection_that_was_ended_before_it_stood_is_not_opened(listener: socket.socket) -> None:
    pinned = Pinned([(socket.AF_INET, listener.getsockname())], seconds=20)
    pinned.end()
    with pytest.raises(FetchFailed) as failed:
        pinned.connect()
    assert failed.value.code == "deadline"


def test_the_next_address_is_tried_when_one_refuses(listener: socket.socket) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        refusing = closed.getsockname()
    pinned = Pinned([(socket.AF_INET, refusing), (socket.AF_INET, listener.getsockname())], seconds=20)
    with pinned.connect() as opened:
        assert opened.getpeername() == listener.getsockname()
        pinned.end()
        assert opened.recv(1) == b""
    pinned.close()
