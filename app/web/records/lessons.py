# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lessons as cards: what, why, what to do, when it applies, and an address of their own."""

from __future__ import annotations

from dataclasses import dataclass

from app.content.record import AppliesIf, Lesson
from app.web.records.fields import FieldWriter
from app.web.shell.shown import SourceMark
from app.web.shell.wording import _

ANCHOR = "lehre-"
"""Start of the fragment that leads to a lesson: /fallstudien/ulm#lehre-<id>."""

LOOKS = {
    "worked": ("success", "success"),
    "did_not_work": ("warning", "warning"),
    "surprise": ("info", "info"),
    "would_do_differently": ("info", "autorenew"),
    "open_question": ("info", "help"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLesson:
    """One lesson in the reader's words."""

    anchor: str
    kind: str
    kind_label: str
    tone: str
    icon: str
    context: str
    statement: str
    because: str
    recommendation: str
    applies: tuple[str, ...]
    impact: str
    sources: tuple[SourceMark, ...]
    lang: str
    confirm_href: str = ""


def shown_lesson(writer: FieldWriter, lesson: Lesson, confirm_href: str = "") -> ShownLesson:
    """Return a lesson of the writer's record; `confirm_href` leads those who can confirm it."""
    tone, icon = LOOKS.get(lesson.kind, ("info", "info"))
    field, phase = writer.label("lesson.topic", lesson.topic), writer.label("phase", lesson.phase)
    return ShownLesson(
        anchor=ANCHOR + lesson.id,
        kind=lesson.kind,
        kind_label=writer.label("lesson.kind", lesson.kind),
        tone=tone,
        icon=icon,
        context=_("%(field)s · phase: %(phase)s", field=field, phase=phase),
        statement=lesson.statement,
        because=lesson.because or "",
        recommendation=lesson.recommendation,
        applies=_applies(writer, lesson.applies_if),
        impact=lesson.impact or "",
        sources=writer.marks(lesson.sources),
        lang=writer.record.lang,
        confirm_href=confirm_href,
    )


def _applies(writer: FieldWriter, condition: AppliesIf | None) -> tuple[str, ...]:
    if condition is None:
        return ()
    words = [condition.precondition] if condition.precondition else []
    words += [writer.label("size_class", value) for value in condition.size_class]
    words += [writer.label("cooperation", value) for value in condition.cooperation]
    return tuple(words)
