"""Counts what a reader of the code has to follow: files entered and moves between files in four journeys.

A move is a call from one file of `app/` into another, as the profiler sees it while a real node answers. Each
journey is walked once before it is counted, so that nothing is read for the first time. `python -m tools.journeys`.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType

from werkzeug.test import TestResponse

from app.fetching import Fetched, Wanted
from app.identity import RoleKind
from app.web.factory import create_app
from app.wiring import Services
from app.wiring.node import Node
from tests.functional.web.contributing.author import Author, draft_of, written
from tests.functional.web.curating.member import Member
from tests.netnodes.net import Net, record_id
from tests.webnode.clock import SteppingClock
from tests.webnode.node import make_node, settings
from tests.webnode.people import sign_in

ROOT = Path(__file__).resolve().parent.parent
APP = str(ROOT / "app") + "/"


@dataclass
class Journey:
    """What was entered between start and end."""

    files: set[str] = field(default_factory=set)
    functions: set[CodeType] = field(default_factory=set)
    moves: int = 0

    def see(self, frame: FrameType, event: str, _argument: object) -> None:
        """Count one event of the profiler."""
        file = frame.f_code.co_filename
        if event != "call" or not file.startswith(APP):
            return
        self.files.add(file)
        self.functions.add(frame.f_code)
        caller = frame.f_back
        while caller and not caller.f_code.co_filename.startswith(APP):
            caller = caller.f_back
        self.moves += caller is None or caller.f_code.co_filename != file

    def walk(self, step: Callable[[], object]) -> Journey:
        """Count a step."""
        sys.setprofile(self.see)
        try:
            step()
        finally:
            sys.setprofile(None)
        return self


class QuietNet(Net):
    """Nodes whose answers are not counted, because their work is theirs."""

    def fetch(self, wanted: Wanted) -> Fetched:
        counting = sys.getprofile()
        sys.setprofile(None)
        try:
            return super().fetch(wanted)
        finally:
            sys.setprofile(counting)


def search(folder: Path) -> Journey:
    """Read `/suche?q=Hochwasser` over the shipped records."""
    services = Services(settings(folder), SteppingClock())
    Node(services).init(ROOT / "content", lambda _step: lambda _done, _total: None)
    client = create_app(services, testing=True).test_client()

    # The same hits in other words, because a page that was answered is kept whole.
    client.get("/suche?q=hochwasser")
    journey = Journey().walk(lambda: client.get("/suche?q=Hochwasser"))
    services.close()
    return journey


def write(folder: Path) -> tuple[Journey, Journey]:
    """Send a draft, and publish what was sent."""
    services = make_node(folder)
    app = create_app(services, testing=True)
    client = app.test_client()
    sign_in(client, (RoleKind.AUTHOR,), name="Beispielperson")
    curator = Member.signed_in(
        app, services, (RoleKind.CURATOR,), name="Beispielkuratorin", organisation="Beispielverband"
    )
    author = Author(client)
    _write_once(author, curator)
    journeys = _write_once(author, curator)
    services.close()
    return journeys


def _write_once(author: Author, curator: Member) -> tuple[Journey, Journey]:
    ready = author.open(f"{draft_of(written(author))}/senden")
    form, data = ready.form.get("action") or ready.path, ready.values()
    answers: list[TestResponse] = []
    sending = Journey().walk(lambda: answers.append(author.client.post(form, data=data)))
    seen = curator.open(f"/vorschlaege/{answers[0].location.rpartition('/')[2]}")
    pressed = dict(seen.form_of_proposal().form_values()) | {"tun": "veroeffentlichen"}
    publishing = Journey().walk(lambda: answers.append(curator.client.post(seen.path, data=pressed)))
    if [answer.status_code for answer in answers] != [303, 303]:
        raise RuntimeError("the draft was not sent and published")
    return sending, publishing


def harvest(folder: Path) -> Journey:
    """Take in two statements of another node."""
    net = QuietNet(folder, light=True)
    home, reader = net.node("a"), net.node("b")
    reader.follow(home)
    for first in (1, 3):
        home.publish(record_id(first))
        home.publish(record_id(first + 1))
        net.clock.forward(minutes=15)
        journey = Journey().walk(lambda: reader.harvest(home))
    net.close()
    return journey


def main() -> None:
    """Print one line per journey."""
    with tempfile.TemporaryDirectory() as folder:
        sending, publishing = write(Path(folder) / "write")
        found = {
            "search": search(Path(folder) / "search"),
            "send": sending,
            "publish": publishing,
            "harvest": harvest(Path(folder) / "net"),
        }
    print(f"{'journey':10} {'files':>6} {'functions':>10} {'moves':>6}")
    for name, journey in found.items():
        print(f"{name:10} {len(journey.files):6} {len(journey.functions):10} {journey.moves:6}")


if __name__ == "__main__":
    main()
