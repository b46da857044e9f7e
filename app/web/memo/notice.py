# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Something a reader is told above a memo."""

from __future__ import annotations

from dataclasses import dataclass

from app.kickoff.memo import MemoInvalid
from app.web.memo.problems import shown_problems
from app.web.wording import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A title and a sentence; `kind` is "info", "success", "warning" or "danger"."""

    title: str
    text: str
    kind: str = "warning"


def missing(count: int) -> tuple[Notice, ...]:
    """Say that records of the selection are not there any more; nothing when all are."""
    if not count:
        return ()
    title = ngettext("%(num)s chosen record is missing", "%(num)s chosen records are missing", count)
    return (Notice(title=title, text=_("What was withdrawn or is not published here cannot stand in a memo.")),)


def loaded() -> Notice:
    """Say that the memo of a file is shown."""
    text = _("It is kept nowhere yet. Download it again or save it when you have changed it.")
    return Notice(title=_("The memo has been loaded"), text=text, kind="success")


def no_longer_kept() -> Notice:
    """Say that the link does not lead anywhere any more, while the text is still on the page."""
    text = _("Its time is over, or somebody deleted it. Your text is still on this page: save it again or download it.")
    return Notice(title=_("The saved memo is gone"), text=text)


def refused(error: MemoInvalid) -> Notice:
    """Say why the memo as a whole cannot be handed out or kept."""
    text = " ".join(problem.text for problem in shown_problems(error.problems))
    return Notice(title=_("This memo does not fit"), text=text, kind="danger")
