# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Draws slides as a file. Whoever draws for strangers does it in a process of its own (`app.confinement`)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from app.kickoff.slides.deck import Deck


def draw_slides(ending: str, deck: Deck, at: datetime, fonts: Path, cache: Path) -> bytes:
    """Return slides as a file with this ending ("pdf", "odp"), made at `at`.

    `fonts` is a folder with Fira Sans, which may be missing; unpacked ones are kept in `cache`. Raises
    ExportUnavailable.
    """
    # Each format has a library that takes a tenth to a third of a second to load.
    if ending == "odp":
        from app.kickoff.slides.odp import to_odp  # noqa: PLC0415 - see above

        return to_odp(deck, at)
    from app.kickoff.slides.pdf import to_pdf  # noqa: PLC0415 - see above

    return to_pdf(deck, at, fonts, cache)
