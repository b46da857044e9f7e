# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words of the document, one module per language. It is no page of the site, so it has no message catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from app.kickoff.memo.wording.de import GERMAN
from app.kickoff.memo.wording.en import ENGLISH

LANGUAGES: Mapping[str, Mapping[str, str]] = {"de": GERMAN, "en": ENGLISH}


class Words:
    """The texts of one language; German stands in for any other than English."""

    def __init__(self, lang: str) -> None:
        self.lang = lang if lang in LANGUAGES else "de"
        self._texts = LANGUAGES[self.lang]

    def __call__(self, code: str, **values: object) -> str:
        """Return the text for a code with its placeholders filled; raises KeyError for an unknown code."""
        text = self._texts[code]
        return text.format(**values) if values else text
