# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How far a draft is, in words."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from app.web.contributing.manuscript import Manuscript
from app.web.forms.completeness import asked
from app.web.forms.controls import control_id
from app.web.forms.steps import STEPS, name_of, steps_of
from app.web.language import current_language
from app.web.presentation.shown import Link
from app.web.wording import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLink:
    """A step of the form, and what is still missing there."""

    title: str
    href: str
    missing: int
    current: bool

    @property
    def state(self) -> str:
        """Return what is missing in words; nothing is said where nothing is."""
        if not self.missing:
            return _("complete")
        return ngettext("%(num)s entry missing", "%(num)s entries missing", self.missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """All steps, and the asked entries that are still missing."""

    steps: tuple[StepLink, ...]
    missing: tuple[Link, ...]

    @property
    def words(self) -> str:
        """Return how much is still missing in a sentence."""
        if not self.missing:
            return _("All required entries are there.")
        count = len(self.missing)
        return ngettext(
            "%(num)s required entry is still missing.", "%(num)s required entries are still missing.", count
        )


def step_titles() -> dict[str, str]:
    """Return the titles of the steps."""
    return {
        "about": _("What it is about"),
        "done": _("What you did"),
        "outcome": _("What came out of it"),
        "learned": _("What you learned"),
        "reuse": _("Who can reuse it"),
    }


def progress(manuscript: Manuscript, current: str = "") -> Progress:
    """Return how far a draft is."""
    entries = asked(manuscript.kind, manuscript.text)
    open_ones = [entry for entry in entries if not entry.given]
    titles = step_titles()
    steps = tuple(
        StepLink(
            title=titles[step],
            href=address(manuscript, step),
            missing=sum(1 for entry in open_ones if entry.step == step),
            current=step == current,
        )
        for step in steps_of(manuscript.kind)
    )
    missing = tuple(
        Link(
            label=entry.entry.label(current_language()),
            href=f"{address(manuscript, entry.step)}#{control_id(name_of(entry.entry))}",
        )
        for entry in open_ones
    )
    return Progress(steps=steps, missing=missing)


def address(manuscript: Manuscript, step: str) -> str:
    """Return the address of a step."""
    return url_for("contribute.show_step", draft_id=manuscript.draft.id, place=STEPS[step])
