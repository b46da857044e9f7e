import socket

import pytest

from app.cli.run import PortRefused, check_port


def test_a_free_port_is_accepted_and_left_free_and_an_address_of_another_machine_refused() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    check_port("127.0.0.1", port)
    check_port("127.0.0.1", port)
    with pytest.raises(PortRefused) as refused:
        check_port("192.0.2.1", 8000)
    assert refused.value.reason
