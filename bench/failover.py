"""`make failover`: three machines on two database servers behind HAProxy, of which one after the other is killed.

python -m bench.failover                      some five minutes on two cores
python -m bench.failover --calm 60            a minute of load before and after each kill

All run here, from the files in docs/machines, each machine with processes and folders of its own. Under readers and
editors a reader, the leader of the database and the writer are killed (kill -9). Exit code 1: a promise does not hold;
2: it was not run, because this machine lacks a program.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

from aiosmtpd.controller import Controller

from app.wiring import Services
from app.wiring.condition import upkeep_of
from bench.beside import beside
from bench.failover_database import Cluster
from bench.failover_machines import Machine, Probe, longest_gap, mistakes
from bench.soak import Mailbox, Report, losses, visible
from bench.soak_kills import until, variables
from bench.soak_people import Book, Browser, Team, fill, read_on
from tests.postgresql import NotInstalled
from tools.serving_node import ROOT, free_port
from tools.setup.say import say

TEAMS, READERS = 2, 2
KILLED = "was killed"
PATIENCE = 180.0
"""Seconds within which a publication has to go through again."""
SETTLING = timedelta(minutes=6)
"""After this a message is sent again that somebody was sending when they were killed."""


class Play:
    """The machines, the load on them, and what is seen."""

    def __init__(self, cluster: Cluster, folder: Path, mailbox_port: int) -> None:
        web = free_port()
        self._folder = folder
        self.cluster = cluster
        self.book = Book()
        issuer = f"http://127.0.0.1:{web}"
        common = {
            **variables(issuer, mailbox_port),
            "NODE_WORKERS": "1",
            "NODE_TRUSTED_PROXIES": "1",
            "NODE_REPOSITORY": str(folder / "shared" / "content.git"),
            "NODE_FILES": str(folder / "shared" / "files"),
        }
        databases = {"writer": cluster.url(cluster.writing), "reader": cluster.url(cluster.reading)}
        one, two, three = (Machine(name, folder, common, databases) for name in ("one", "two", "three"))
        self.one, self.two, self.three = one, two, three
        self.places = {"WEB": f"127.0.0.1:{web}"}
        self.places |= {f"NODE_{each.name.upper()}": f"127.0.0.1:{each.port}" for each in (one, two, three)}
        self.proxy = Browser(issuer, self.book)
        self.report = Report(one.settings("writer"), self.book)
        self.probe = Probe(self.proxy, ())
        self._former = cluster.members[0]

    def start(self, content: Path) -> list[Team]:
        """Fill the node, start everything, and return who will edit."""
        (self._folder / "shared" / "files").mkdir(parents=True)
        say(f"Filling a node with {content} …")
        people = fill(self.one.settings("writer"), content, TEAMS)
        self.one.start("writer")
        for reader in (self.two, self.three):
            self.one.copy_keys_to(reader)
            reader.start("reader")
        teams = [team(self.book) for team in people]
        page = f"/fallstudien/{teams[0].records[0]}"
        self.probe = Probe(self.proxy, (page, "/suche?q=Rufbus", "/api/v1/records?size=5", "/fallstudien"))
        return teams

    def works(self, teams: Sequence[Team]) -> Iterator[Callable[[threading.Event], None]]:
        """Yield editors, readers and the probe."""
        yield from (team.work for team in teams)
        records = [record for team in teams for record in team.records]
        yield from (partial(read_on, self.proxy, records, seed) for seed in range(READERS))
        yield self.probe.work

    def killed(self, what: str, deed: Callable[[], object], mended: Callable[[], object], calm: float) -> None:
        """Do the `deed` in the middle of a publication, let it be `mended`, and note what people saw meanwhile."""
        time.sleep(calm)
        self.book.next_begun(PATIENCE)
        say(f"Kill: {what}")
        self.book.circumstance = f"{what} {KILLED}"
        begun, number = time.monotonic(), len(self.book.publications)
        deed()
        known = mended()
        if not until(lambda: any(one.answered for one in self.book.publications[number:]), PATIENCE):
            self.report.broken.append(f"nothing was published in {PATIENCE:.0f} s after {what} was killed")
        again = time.monotonic() - begun
        time.sleep(calm)
        gap = longest_gap(self.probe.answered, begun, time.monotonic())
        words = f"readers waited {gap:.1f} s at most, the next publication was answered after {again:.0f} s"
        self.report.figures[f"{what} killed"] = f"{words}; {known}" if known else words
        self.book.circumstance = "nothing was wrong"

    def kill_leader(self) -> None:
        """Kill the leader of the database."""
        self._former = self.cluster.leader()
        self.cluster.kill(self._former)

    def wait_for_leader(self) -> str:
        """Wait for the standby to lead, then bring the former leader back; tell when it led."""
        begun = time.monotonic()
        other = next(member for member in self.cluster.members if member != self._former)
        if not until(lambda: other.is_a("primary"), PATIENCE):
            self.report.broken.append("the standby did not lead")
        leading = time.monotonic() - begun
        return f"the standby led after {leading:.0f} s"

    def promote(self) -> str:
        """Let the second machine take the place of the first, which comes back as a reader; tell how long that took."""
        begun = time.monotonic()
        self.two.stop()
        self.two.start("writer")
        taken = time.monotonic() - begun
        self.one.start("reader")
        return f"the other machine had taken its place after {taken:.0f} s"

    def bring_database_back(self) -> None:
        """Start the former leader, which becomes the standby."""
        begun = time.monotonic()
        self.cluster.start_member(self._former)
        self.cluster.wait_for_standby()
        self.report.figures["former leader"] = f"was the standby {time.monotonic() - begun:.0f} s after its start"

    def judge(self, mails: Mailbox) -> None:
        """Look at each machine, at what was published and at what waits."""
        book, report = self.book, self.report
        report.figures |= {
            "publications begun": str(len(book.publications)),
            "publications answered": str(sum(one.answered for one in book.publications)),
            "answers by status": ", ".join(f"{status}: {count}" for status, count in sorted(book.answers.items())),
        }
        # With these the proxy says that a machine died while it was asked; readers are counted below.
        proxy = ("502 ", "504 ")
        report.broken += [f"the site answered {words}" for words in book.strange if not words.startswith(proxy)]
        report.broken += [f"a log has a mistake of the program: {words}" for words in mistakes(self._folder)]
        broken_off, others = kept_out(book)
        # No proxy asks again for the rest of a page whose machine died in the middle of it.
        report.figures["pages that broke off"] = str(broken_off)
        report.broken += others
        self._waits(mails)
        for machine in (self.one, self.two, self.three):
            visible(report, Browser(machine.url, book), f" on {machine.name}")
            done = machine.command("doctor")
            report.figures[f"doctor on {machine.name}"] = f"exit code {done.returncode}"
            if done.returncode:
                report.broken.append(f"doctor on {machine.name}: {done.stdout.strip()} {done.stderr.strip()[-2000:]}")
        report.broken += losses(self.two.settings("writer"), book.publications)

    def _waits(self, mails: Mailbox) -> None:
        services = Services(self.two.settings("writer"))
        try:
            found = upkeep_of(services)

            def is_over() -> bool:
                nonlocal found
                found = upkeep_of(services)
                return not found.waiting and not any(job.busy for job in found.jobs)

            begun = time.monotonic()
            in_time = until(is_over, SETTLING.total_seconds())
            busy = ", ".join(job.name for job in found.jobs if job.busy)
            words = f"{mails.taken} sent, {found.waiting} wait after {time.monotonic() - begun:.0f} s"
            self.report.figures["messages"] = words
            if not in_time:
                self.report.broken.append(f"{found.waiting} messages wait, and these duties go on: {busy or 'none'}")
        finally:
            services.close()

    def stop(self) -> None:
        """End all machines."""
        for machine in (self.one, self.two, self.three):
            machine.stop()


def kept_out(book: Book) -> tuple[int, list[str]]:
    """Return how many pages broke off while something was killed, and in words what else readers did not get."""
    broken_off, others = 0, []
    for circumstance, count in book.kept_out.items():
        when, _colon, what = circumstance.partition(": ")
        if when.endswith(KILLED) and what.startswith("/"):
            broken_off += count
        else:
            others.append(f"readers got no page {count} times while {circumstance}")
    return broken_off, others


def play(folder: Path, content: Path, *, calm: float) -> Report:
    """Play it below `folder` and return what held; raises NotInstalled."""
    cluster, mails = Cluster(), Mailbox()
    with ExitStack() as ends:
        ends.callback(cluster.stop)
        mailbox = Controller(mails, hostname="127.0.0.1", port=free_port())
        mailbox.start()
        ends.callback(mailbox.stop)
        say("Starting etcd and two servers with Patroni …")
        cluster.start()
        stage = Play(cluster, folder, mailbox.port)
        cluster.start_proxy(stage.places)
        ends.callback(stage.stop)
        teams = stage.start(content)
        with beside(*stage.works(teams)):
            time.sleep(calm)
            stage.book.is_quiet = True
            stage.killed("a reader", stage.three.kill, lambda: None, calm)
            stage.three.start("reader")
            stage.killed("the leader of the database", stage.kill_leader, stage.wait_for_leader, calm)
            stage.bring_database_back()
            stage.killed("the writer", stage.one.kill, stage.promote, calm)
            stage.book.is_quiet = False
        stage.judge(mails)
        return stage.report


def main() -> None:
    """Play, print and tell by the exit code what held."""
    parser = argparse.ArgumentParser(prog="python -m bench.failover")
    parser.add_argument("--calm", type=float, default=15.0, help="seconds of load before and after each kill")
    given = parser.parse_args()
    # Whoever ends it early wants no servers left.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory() as folder:
        try:
            report = play(Path(folder), ROOT / "content", calm=given.calm)
        except NotInstalled as reason:
            print(f"NOT RUN: {reason}")
            sys.exit(2)
    print(report.table())
    sys.exit(1 if report.broken else 0)


if __name__ == "__main__":
    main()
