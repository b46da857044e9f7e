"""A node that others can read over real connections, and one that mirrors it; both go by the clock of this machine."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from werkzeug.exceptions import NotFound
from werkzeug.middleware.shared_data import SharedDataMiddleware

from tests.netnodes.attaching import attach, picture
from tests.netnodes.net import Net, NetNode, record_id
from tests.serving import serving
from tests.webnode.clock import Clock

WITH_FILE, GONE = record_id(1), record_id(2)
RECORDS = 5


@dataclass(frozen=True, slots=True)
class Pair:
    """Where the list of the node can be read: at home, at the mirror, and in a folder that a web server hands out."""

    node: NetNode
    home: str
    mirror: str
    exported: str
    folder: Path


@contextmanager
def read_pair(folder: Path) -> Iterator[Pair]:
    """Serve both nodes until the end; a picture hangs on one of the records, and another one is withdrawn."""
    net = Net(folder, clock=Clock(datetime.now(UTC)), light=True, searching=False)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    node, mirror, exported = net.node("a", issuer=f"http://127.0.0.1:{port}"), net.node("b"), folder / "exported"
    attach(node, WITH_FILE, {"plan.png": picture()})
    for number in range(2, RECORDS + 1):
        node.publish(record_id(number))
    node.withdraw(GONE)
    mirror.follow(node)
    assert mirror.harvest(node).tally.stored == RECORDS
    node.services.federation.listing.listed.copy(exported)
    lists = "/netz/tuf"
    plain = SharedDataMiddleware(NotFound(), {"/": str(exported)})
    with serving(node.client.application, port) as a, serving(mirror.client.application) as b, serving(plain) as c:
        yield Pair(node, f"{a}{lists}", f"{b}{lists}/mirrors/{node.origin}", c, exported)
    net.close()
