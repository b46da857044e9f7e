# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The head of the page, what gave rise to the memo, and where the asker stands."""

from __future__ import annotations

from collections.abc import Iterator

from app.kickoff.memo.page.blocks import Block, Facts, Text
from app.kickoff.memo.page.draft import Draft, plain


def head(draft: Draft) -> Facts:
    """Return what a file is found by; file reference and office stay empty to be filled in by hand."""
    memo, words = draft.memo, draft.words
    return Facts(
        rows=(
            (words("reference"), draft.own(memo.reference) if memo.reference else ()),
            (words("office"), draft.own(memo.office) if memo.office else ()),
            (words("as_of"), plain(draft.formats.moment(memo.at))),
            (words("made_with"), plain(f"{memo.site}, {memo.issuer}")),
        )
    )


def occasion(draft: Draft) -> Iterator[Block]:
    """Yield why the question came up."""
    yield from draft.paragraphs(draft.memo.occasion)


def question(draft: Draft) -> Iterator[Block]:
    """Yield what was asked."""
    yield from draft.paragraphs(draft.memo.question)


def situation(draft: Draft) -> Iterator[Block]:
    """Yield what is known of the asker's situation; nothing when nothing is."""
    rows = tuple(_situation(draft))
    if rows:
        yield Facts(rows=rows)


def _situation(draft: Draft) -> Iterator[tuple[str, Text]]:
    given = draft.memo.situation
    rows = {
        "place": given.place,
        "state": _worded(draft, "state", given.state),
        "place_kind": _worded(draft, "place_kind", given.place_kind),
        "population": "" if given.population is None else draft.formats.number(given.population),
        "size_class": _worded(draft, "size_class", given.size_class),
        "cooperation": _worded(draft, "cooperation", given.cooperation),
        "memberships": ", ".join(given.memberships),
        "topic": given.topic and draft.labels.topic(given.topic, draft.lang),
        "phase": _worded(draft, "phase", given.phase),
        "months": _counted(draft, "months", given.months),
        "budget": "" if given.budget is None else draft.formats.euros(given.budget),
        "staff": _counted(draft, "staff", given.staff),
        "constraints": ", ".join(_constraints(draft)),
    }
    yield from ((draft.words(code), plain(value)) for code, value in rows.items() if value)


def _worded(draft: Draft, name: str, value: str) -> str:
    return draft.labels.value(name, value, draft.lang) if value else ""


def _constraints(draft: Draft) -> Iterator[str]:
    if draft.memo.situation.open_source_only:
        yield draft.words("open_source_only")
    if draft.memo.situation.obtainable_only:
        yield draft.words("obtainable_only")


def _counted(draft: Draft, code: str, number: float | None) -> str:
    if number is None:
        return ""
    if number == 1:
        return draft.words(f"{code}.one")
    return draft.words(f"{code}.value", number=draft.formats.number(number))
