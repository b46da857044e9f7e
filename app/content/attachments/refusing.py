# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A refused file as a finding, so that form, push and mirror say the same of it."""

from __future__ import annotations

from app.content.attachments.errors import AttachmentRefused
from app.content.attachments.kinds import KINDS
from app.content.problem import Problem


def problem_of(error: AttachmentRefused, path: str, *, shown: str = "") -> Problem:
    """Return why the file at `path` is refused; in words it is called `shown` or by the last part of its path."""
    name = shown or path.replace("\\", "/").rpartition("/")[2]
    allowed = ", ".join(kind.ending.upper() for kind in KINDS)
    return Problem(file=path, code=error.code, params={"file": name, "allowed": allowed, **error.params})
