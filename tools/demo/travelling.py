"""Changes at one node that can be watched on their way to the others."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from app.identity import Person, Role, RoleKind
from app.review.corrections import KIND as CORRECTION
from app.review.corrections import front_of
from app.review.decision import Decision
from app.review.models import Proposal
from app.review.submission import Submission
from app.review.text.record_text import RecordText
from app.review.workflow import Step, Unsettled
from tools.demo.nodes import DemoFailed, DemoNode

RECORD = "case-studies/ulm-datenplattform"
"""A record of the south that is known to be there."""
CORRECTED = ("solution", "ulm-datenplattform-loesung")

_TITLE = re.compile(r'^title: "?(.*?)"?$', re.MULTILINE)
_ID = re.compile(r"^id: (\S+)$", re.MULTILINE)
_WITHDRAWAL = """\
---
schema: withdrawn/1
id: {id}
kind: case-study
title: "{title}"
reason: {reason}
note: "Zum Ausprobieren zurückgezogen."
---
"""
_PEOPLE = [
    Person(id=f"demo-{number}", pseudonym=f"vorfuehrung-{number}", display_name="", roles=(Role(kind=kind),))
    for number, kind in enumerate((RoleKind.AUTHOR, RoleKind.CURATOR, RoleKind.CURATOR))
]
"""An author and two curators of the demonstration."""


class Traveller:
    """One record, changed by its home as an editor would."""

    def __init__(self, home: DemoNode) -> None:
        """Work on a record of `home`."""
        self._home = home
        self._file: Path = home.content / RECORD / "index.md"
        self._original = self._file.read_text("utf-8")
        self.id = _found(_ID, self._original)
        self.title = _found(_TITLE, self._original)
        self.withdrawn = ""
        """Why it is not published any more; empty while it is."""

    def change(self, number: int) -> str:
        """Give the record a title that says the number of the change, and publish it; return the title."""
        title = f"{self.title.partition(':')[0]} (geändert {number})"
        self._publish(_TITLE.sub(f'title: "{title}"', self._original, count=1))
        self.withdrawn = ""
        return title

    def withdraw(self, reason: str = "error") -> None:
        """Put the note of a withdrawal in the place of the record; for `personal-data` it leaves the list as well."""
        self._publish(_WITHDRAWAL.format(id=self.id, title=self.title, reason=reason))
        self.withdrawn = reason

    def correct(self, by: DemoNode, exchange: Callable[[], None]) -> tuple[str, str]:
        """Let another node propose a better summary, and the home accept it; return where to see both."""
        review, home, catalogue = by.services.review, self._home.services, by.services.catalogue
        # Another record than the one whose file is changed: the folder leaves alone what people have edited.
        entry = home.catalogue.head_by_slug(*CORRECTED)
        target = catalogue.record(catalogue.head(entry.id, self._home.origin))
        name, today = by.services.federation.held.sub_of(target.origin, target.id), by.services.clock().date()
        better = f"{target.summary.rstrip('.')} (Stand {today.year})."
        front = front_of(target, name, "summary", better, "Zum Ausprobieren.", by.part.name, today.isoformat())
        wish = Submission(kind=CORRECTION, author=_PEOPLE[0], text=RecordText(front=front))
        sent = review.proposals.submit(wish)
        if not isinstance(sent, Proposal):
            raise DemoFailed("The correction was not taken", str(sent.problems))
        _publish(by, sent)
        exchange()
        for item in home.review.queue.queue(_PEOPLE[1]):
            _publish(self._home, item.proposal)
        exchange()
        return f"{by.part.address}/korrekturen/{sent.slug}", f"{self._home.part.address}/r/{target.id}/verlauf"

    def page_at(self, node: DemoNode) -> str:
        """Return the address of the record's page at a node."""
        if node is self._home:
            return f"{node.part.address}/r/{self.id}"
        return f"{node.part.address}/r/{self._home.origin}/{self.id}"

    def _publish(self, text: str) -> None:
        self._file.write_text(text, "utf-8")
        self._home.publish()


def _publish(node: DemoNode, proposal: Proposal) -> None:
    curation = node.services.review.curation
    curation.decide(proposal.id, _PEOPLE[1], Decision(step=Step.APPROVE, round=proposal.rounds))
    curation.decide(proposal.id, _PEOPLE[2], Decision(step=Step.PUBLISH, confirmed=frozenset(Unsettled)))


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    if match is None:
        raise ValueError(pattern.pattern)
    return match[1]
