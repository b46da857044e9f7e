"""The node beside DokuWiki, MediaWiki and An Otter Wiki: the same 2,000 texts, each request through nginx, in turn.

python -m bench.peers                                  everything, about ten minutes
python -m bench.peers --pages 200 --turns 3            a quick look
python -m bench.peers --only DokuWiki                  ours and some of the others

What is not installed is NOT RUN, with the command that installs it. The table goes to docs/benchmarks.md by hand.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from bench.aims import keep
from bench.peers.dokuwiki import DokuWiki
from bench.peers.mediawiki import MediaWiki
from bench.peers.node import ThisNode
from bench.peers.otterwiki import OtterWiki
from bench.peers.peer import Peer
from bench.peers.rows import Comparison, Plan
from bench.peers.table import as_figures, as_markdown, lost
from bench.peers.texts import Page, pages
from tools.setup.say import say

PEERS: tuple[type[Peer], ...] = (DokuWiki, MediaWiki, OtterWiki)
SETTLED = 30.0
"""Seconds until programs have done what they do when they start."""


def main() -> None:
    """Fill, serve, measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers")
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--turns", type=int, default=Plan().turns)
    parser.add_argument("--only", action="append", help="name of a program; may be given more than once")
    parser.add_argument("--settle", type=float, default=SETTLED, help="seconds to wait before anything is measured")
    given = parser.parse_args()
    asked = [peer() for peer in PEERS if not given.only or peer.name in given.only]
    peers = [peer for peer in (ThisNode(), *asked) if _there(peer)]
    texts = pages(given.pages)
    with tempfile.TemporaryDirectory() as name, ExitStack() as ends:
        folder = Path(name)
        folder.chmod(0o755)  # Web server and pool may be other users.
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda peer: _serve(peer, folder / peer.name.replace(" ", "-"), texts, ends), peers))
        time.sleep(given.settle)
        names, rows = [peer.name for peer in peers], []
        for row in Comparison(peers, texts, Plan(turns=given.turns)).rows(say):
            rows.append(row)
            say(as_markdown([row], names).splitlines()[-1])
    keep({"peers": as_figures(rows, names)})
    print(as_markdown(rows, names))
    print("\n".join(("", *(f"- {peer.name} {peer.version()}: {peer.served}" for peer in peers), *lost(rows, names))))


def _serve(peer: Peer, folder: Path, texts: Sequence[Page], ends: ExitStack) -> None:
    started = time.perf_counter()
    folder.mkdir()
    ends.enter_context(peer.serving(folder, texts))
    say(f"{peer.name} holds {len(texts)} pages after {time.perf_counter() - started:.0f} s.")


def _there(peer: Peer) -> bool:
    if not peer.version():
        say(f"NOT RUN: {peer.name}; {peer.install}")
    return bool(peer.version())


if __name__ == "__main__":
    main()
