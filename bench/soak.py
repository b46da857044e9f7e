"""`make soak`: a real node under readers and editors, killed in the middle of publications, and what held afterwards.

python -m bench.soak                          ten minutes, 50 kills
python -m bench.soak --minutes 20             the whole: memory is judged from the fifth quiet minute on
python -m bench.soak --minutes 3 --kills 8    a quick look

All the time messages go out, a peer publishes and now and then hangs, and now and then the disk is full, where this
user may mount a small one. The first half kills; in the second nothing is killed, so that the memory of one process
can be compared by minute. Exit code 1: a promise does not hold.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from app.catalogue.projection import LONGEST_PAUSE
from app.records.git.errors import ObjectMissing
from app.review.workflow import ProposalState, Step
from app.shared.config import Settings
from app.wiring import Services
from bench.beside import beside
from bench.memory import megabytes, open_files
from bench.soak_kills import KINDS, Killer, Running, variables
from bench.soak_people import Book, Browser, Interrupted, Publication, Team, fill, read_on
from bench.soak_trouble import Trouble, peer, small_disk
from tools.serving_node import ROOT, free_port
from tools.setup.say import say

TEAMS, READERS, SAMPLES = 2, 2, 5
SETTLED, FLAT, FILES = 5, 0.1, 40
"""From the `SETTLED` minute on (in a shorter run, from the third of five samples on) the memory of a process may differ
by this part, and it may hold so many files more: earlier states of the index stay open until Python's collector comes
round, so their number goes up and down."""

Sample = Mapping[str, tuple[float, int]]
"""Megabytes and open files of each process."""


@dataclass
class Report:
    """What was seen; `broken` are the promises that do not hold, in words."""

    settings: Settings
    book: Book
    figures: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def table(self) -> str:
        """Return all of it for people."""
        width = max(map(len, self.figures))
        lines = [f"{name:<{width}}  {figure}" for name, figure in self.figures.items()]
        return "\n".join((*lines, *(f"BROKEN: {words}" for words in self.broken or ["nothing"])))


class Mailbox:
    """Takes each message and counts it. aiosmtpd gives the method its name."""

    def __init__(self) -> None:
        self.taken = 0

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802 - see above
        self.taken += 1
        return "250 OK"


def soak(folder: Path, content: Path, *, seconds: float, kills: int, can_fill: bool = False) -> Report:
    """Run a node with the records in `content` below `folder` for so long at least, and return what held.

    `can_fill`: its data lie on a disk of their own, which may be filled.
    """
    port = free_port()
    settings = Settings.model_validate(
        {"data": folder / "node", "issuer": f"http://127.0.0.1:{port}", "meaning": "off", "port": port}
    )
    book, mails = Book(), Mailbox()
    report = Report(settings, book)
    say(f"Filling a node with {content} …")
    people = fill(settings, content, TEAMS)
    with _running(settings, mails) as node, peer(folder / "peer", settings, book) as trouble:
        reader, teams = Browser(settings.issuer, book), [team(book) for team in people]
        killer = Killer(node, book, reader)
        make = partial(trouble.make, pause=min(30.0, seconds / 20), disk=settings.data if can_fill else None)
        with beside(*_works(teams, reader), make):
            for number in range(kills):
                say(f"Kill {number + 1} of {kills}: {KINDS[number % len(KINDS)]}")
                due = time.monotonic() + seconds / 2 / kills
                killer.kill(KINDS[number % len(KINDS)])
                time.sleep(max(0.0, due - time.monotonic()))
            say("Letting it run …")
            book.is_quiet = True
            samples = _watch(node, seconds / 2)
            book.is_quiet = False
        _told(report, killer, mails)
        _troubled(report, trouble, can_fill=can_fill)
        visible(report, reader)
        _doctor(report, node, reader)
    _steady(report, samples, seconds / 2 / len(samples))
    report.broken += losses(settings, book.publications)
    return report


@contextmanager
def _running(settings: Settings, mails: Mailbox) -> Iterator[Running]:
    mailbox = Controller(mails, hostname="127.0.0.1", port=free_port())
    mailbox.start()
    given = {**variables(settings.issuer, mailbox.port), "NODE_WORKERS": "2"}
    node = Running(settings.data, given, settings.port)
    with ExitStack() as ends:
        ends.callback(mailbox.stop)
        node.start_worker()
        ends.callback(node.stop)
        node.start_site()
        yield node


def _works(teams: Sequence[Team], reader: Browser) -> Iterator[Callable[[threading.Event], None]]:
    yield from (team.work for team in teams)
    records = [record for team in teams for record in team.records]
    yield from (partial(read_on, reader, records, seed) for seed in range(READERS))


def _watch(node: Running, seconds: float) -> list[Sample]:
    """Return what each process takes, after each minute, or five times at least."""
    samples: list[Sample] = []
    number = max(SAMPLES, round(seconds / 60))
    for _ in range(number):
        time.sleep(seconds / number)
        samples.append({name: (megabytes(pid), open_files(pid)) for name, pid in node.members().items()})
    return samples


def _told(report: Report, killer: Killer, mails: Mailbox) -> None:
    book = report.book
    answered = sum(one.answered for one in book.publications)
    report.figures |= {
        "kills": ", ".join(f"{count} {kind}" for kind, count in killer.done.items()),
        "publications begun": str(len(book.publications)),
        "publications answered": str(answered),
        "messages handed over": str(mails.taken),
        "answers by status": ", ".join(f"{status}: {count}" for status, count in sorted(book.answers.items())),
    }
    report.broken += [*killer.broken, *(f"the site answered {words}" for words in book.strange)]
    report.broken += [f"the log says: {words}" for words in _failures(report.settings.data)]
    if not answered:
        report.broken.append("nothing was published")


def visible(report: Report, reader: Browser, where: str = "") -> None:
    """Look through the interface of the site which publications readers find, each in how many versions."""
    found: Counter[str] = Counter()
    listed = {item["slug"]: item["id"] for item in _listed(reader)}
    for record in {one.record for one in report.book.publications}:
        versions = f"/api/v1/records/{listed[record]}/versions"
        for version in reader.read(versions).json()["versions"]:
            found[reader.read(f"{versions}/{version['version']}").json()["summary"]] += 1
    seen = [one for one in report.book.publications if found[one.words] == 1]
    report.figures[f"publications visible{where}"] = str(len(seen))
    for one in report.book.publications:
        if found[one.words] not in ((1,) if one.answered else (0, 1)):
            report.broken.append(f"{_named(one)} is visible {found[one.words]} times{where}")


def _listed(reader: Browser) -> Iterator[Any]:
    page, total = 1, 1
    while (page - 1) * 100 < total:
        answer = reader.read(f"/api/v1/records?kind=case-study&size=100&page={page}").json()
        page, total = page + 1, answer["total"]
        yield from answer["records"]


def losses(settings: Settings, publications: Sequence[Publication]) -> list[str]:
    """Return in words which publications are lost, half or double in the files of the node."""
    services = Services(settings)
    try:
        trailers = "--format=%(trailers:key=Proposal,valueonly,separator=%x20)"
        commits = Counter(services.repository.git.run("log", "--first-parent", trailers, "main").out.decode().split())
        rows = services.review.audit.proposals([one.proposal for one in publications])
        texts: Counter[str] = Counter()
        for record in {one.record for one in publications}:
            for entry in services.catalogue.versions(services.catalogue.head_by_slug("case-study", record).id):
                with suppress(ObjectMissing):
                    texts[services.catalogue.record(entry).summary] += 1
        found: list[str] = []
        for one in publications:
            state = rows[one.proposal].state if one.proposal in rows else "gone"
            lines = sum(line.action == Step.PUBLISH for line in services.review.audit.events(one.proposal))
            there = (commits[one.proposal], texts[one.words], lines, state == ProposalState.PUBLISHED)
            if there != (1, 1, 1, True) and (one.answered or there != (0, 0, 0, False)):
                words = f"{there[0]} commits, {there[1]} versions, {there[2]} lines in the log, and is {state}"
                found.append(f"{_named(one)} has {words}")
        return found
    finally:
        services.close()


def _named(one: Publication) -> str:
    return f"the {'answered' if one.answered else 'unanswered'} publication of {one.record} ({one.proposal})"


def _doctor(report: Report, node: Running, reader: Browser) -> None:
    # Rows follow what reached git before a web worker was killed with the next start, or like this.
    node.command("reconcile")
    end = time.monotonic() + LONGEST_PAUSE + 30
    while True:
        done = node.command("doctor")
        if not done.returncode or time.monotonic() > end:
            break
        # What a full disk kept the site from doing is tried again with a page, at the latest after that pause.
        time.sleep(5)
        with suppress(Interrupted):
            reader.read("/")
    report.figures["doctor"] = "clean" if done.returncode == 0 else f"exit code {done.returncode}"
    if done.returncode:
        report.broken.append(f"doctor: {done.stdout.strip()} {done.stderr.strip()[-2000:]}")


def _failures(data: Path) -> Iterator[str]:
    """Yield the end of each traceback in the logs of the site."""
    for log in sorted(data.parent.glob(f"{data.name}*.log")):
        for line in log.read_text("utf-8", "replace").splitlines():
            if '"request.failed"' in line:
                yield " | ".join(json.loads(line)["exception"].splitlines()[-7:])


def _troubled(report: Report, trouble: Trouble, *, can_fill: bool) -> None:
    report.figures |= {"trouble": ", ".join(f"{count} times {what}" for what, count in trouble.done.items())}
    if not can_fill:
        report.figures["full disk"] = "NOT RUN: this user may not mount a small one"
    report.broken += trouble.broken if trouble.is_over else ["the trouble around the node ended early"]
    for circumstance, count in report.book.kept_out.items():
        report.broken.append(f"readers got no page {count} times while {circumstance}")


def _steady(report: Report, samples: Sequence[Sample], interval: float) -> None:
    """Compare each process with itself once it has settled; a short run is judged by its files alone."""
    for name in samples[-1]:
        taken = [sample[name] for sample in samples if name in sample]
        settled = taken[min(2 if len(taken) <= SAMPLES else SETTLED - 1, len(taken) - 1) :]
        ratios = [memory / settled[0][0] for memory, _files in settled]
        each = ", ".join(f"{memory:.0f}" for memory, _files in taken)
        files = ", ".join(str(count) for _memory, count in taken)
        span = f"{min(ratios):.2f} to {max(ratios):.2f} of what it was when it had settled"
        report.figures[f"{name}, every {interval:.0f} s"] = f"MB {each} ({span}); files {files}"
        if interval >= 60 and max(abs(ratio - 1) for ratio in ratios) > FLAT:
            report.broken.append(f"the memory of {name} did not stay as it was: {span}")
        if max(count for _memory, count in settled) - settled[0][1] > FILES:
            report.broken.append(f"{name} held more and more files open: {files}")


def main() -> None:
    """Run, print and tell by the exit code what held."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--kills", type=int, default=50)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, small_disk(Path(folder) / "node") as can_fill:
        seconds = given.minutes * 60
        report = soak(Path(folder), ROOT / "content", seconds=seconds, kills=given.kills, can_fill=can_fill)
    print(report.table())
    sys.exit(1 if report.broken else 0)


if __name__ == "__main__":
    main()
