# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Secrets that operators keep in files of their own."""

from __future__ import annotations

from pathlib import Path

from app.config.errors import SettingProblem, SettingsInvalid


def read_secret_file(file: Path | None, variable: str) -> str:
    """Return what stands in `file` without surrounding space, "" where none is named.

    Raises SettingsInvalid, naming `variable`, when it cannot be read.
    """
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
        raise SettingsInvalid((SettingProblem(variable=variable, reason=reason),)) from error
