# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Formulas of spreadsheets that reach out of their document: to the web, to programs, to other files."""

from __future__ import annotations

import re

from app.content.attachments.links import PATH_BEGINS

_CALLING = re.compile(r"\b(?:WEBSERVICE|IMAGE|DDE|RTD|CALL|REGISTER\.ID|REGISTER)\s*\(", re.IGNORECASE)
# "cmd|'/c calc'!A1" asks another program for a value (Dynamic Data Exchange).
_ASKING = re.compile(r"\w\s*\|(?:\s*'[^']*'\s*|[\w.:/\\\s]+)!")
_ELSEWHERE = re.compile(rf"\bfile:|['\"\[]\s*{PATH_BEGINS}", re.IGNORECASE)
_OTHER_FILE = re.compile(r"\[[^\[\]]+\.(?:xls|ods|csv)\w*\]|\.(?:xls\w*|ods|csv)'?#", re.IGNORECASE)


def reaches_out(formula: str) -> bool:
    """Tell whether a formula fetches something or names a file, be it only in a text that it holds."""
    return any(pattern.search(formula) for pattern in (_CALLING, _ASKING, _ELSEWHERE, _OTHER_FILE))
