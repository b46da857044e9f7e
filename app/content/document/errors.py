# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why a text is refused before any rule about its content is asked."""

from __future__ import annotations

from app.errors import Invalid


class FrontMatterError(Invalid):
    """The text is not a record file.

    `code` names the rule, `line` counts from 1, `params` holds what the wording needs.
    """

    def __init__(self, code: str, line: int = 1, **params: str) -> None:
        super().__init__(code, line, params)
        self.code = code
        self.line = line
        self.params = params
