# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a script can rely on."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every command."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    UNAVAILABLE = 3
    NOT_FOUND = 4
    INTERRUPTED = 130


EPILOG = (
    "Exit codes: 0 done and nothing found, 1 findings or input that has to be mended, 2 wrong usage or settings, "
    "3 something the node relies on is missing, 4 nothing under that name, 130 stopped by Ctrl-C."
)
