"""Runs the demonstration until Ctrl-C and takes single letters as orders."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from app.cli.run import PortRefused, PortTaken, check_port
from app.shared import log
from tools.demo import tour
from tools.demo.network import DemoNetwork, running
from tools.demo.nodes import DemoFailed
from tools.demo.travelling import Traveller

ROOT = Path(__file__).resolve().parents[2]
NODES = 3


def main() -> int:
    """Run the demonstration; return 0, or 1 where it could not start."""
    parser = argparse.ArgumentParser(prog="python -m tools.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8001, help="port of the first node; the others follow it")
    parser.add_argument("--folder", type=Path, help="folder for the nodes, kept afterwards; else a temporary one")
    parser.add_argument("--content", type=Path, default=ROOT / "content", help="collection to divide among the nodes")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, _stop)
    log.configure("warning", "console")
    try:
        for port in range(given.port, given.port + NODES):
            check_port("127.0.0.1", port)
        with _folder(given.folder) as folder, running(folder, given.content, given.port, _say) as network:
            _show(network)
    except KeyboardInterrupt:
        _say("\nAll three have ended.")
    except (PortTaken, PortRefused) as error:
        _say(f"Port {error.port} is in use. Choose others: make demo ARGS='--port 8101'")
        return 1
    except DemoFailed as error:
        _say(f"This did not work: {error.what}\n{error.output}")
        return 1
    return 0


def _show(network: DemoNetwork) -> None:
    traveller = Traveller(network.nodes[0])
    _say(tour.opening(network, traveller))
    changes = 0
    for order in (line.strip().lower() for line in sys.stdin):
        if order in tour.QUIT:
            return
        if order in tour.CHANGE:
            changes += 1
            _say(tour.changed(traveller.change(changes)))
        elif order in tour.WITHDRAW | tour.ERASE:
            traveller.withdraw("error" if order in tour.WITHDRAW else "personal-data")
            _say(tour.withdrawn(traveller))
        elif order in tour.LEAVE and len(network.nodes[1].services.harvest.nodes.all()):
            network.leave()
            network.exchange()
            _say(tour.left(network))
            continue
        elif order in tour.CORRECT and len(network.nodes[1].services.harvest.nodes.all()):
            _say(tour.corrected(traveller.correct(network.nodes[1], network.exchange)))
            continue
        else:
            _say(tour.ORDERS)
            continue
        network.exchange()
        _say(tour.arrived(network, traveller))
    if not sys.stdin.isatty():
        # Started without anybody who could type: stay until the signal comes.
        signal.pause()


@contextmanager
def _folder(wanted: Path | None) -> Iterator[Path]:
    if wanted is not None:
        wanted.mkdir(parents=True)
        yield wanted.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="erfahrungsnetz-demo-") as name:
        yield Path(name)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
