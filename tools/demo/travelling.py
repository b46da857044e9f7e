"""Changes at one node that can be watched on their way to the others."""

from __future__ import annotations

import re
from pathlib import Path

from tools.demo.nodes import DemoNode

RECORD = "case-studies/ulm-datenplattform"
"""A record of the south that is known to be there."""

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

    def page_at(self, node: DemoNode) -> str:
        """Return the address of the record's page at a node."""
        if node is self._home:
            return f"{node.part.address}/r/{self.id}"
        return f"{node.part.address}/r/{self._home.origin}/{self.id}"

    def _publish(self, text: str) -> None:
        self._file.write_text(text, "utf-8")
        self._home.publish()


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    if match is None:
        raise ValueError(pattern.pattern)
    return match[1]
