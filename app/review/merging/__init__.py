# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Brings two edits of one record together, field by field."""

from app.review.merging.merge import Merge, merge
from app.review.text.record_text import (
    FILE_PREFIX,
    RecordText,
    bind_files,
    bound_files,
    named_files,
    release_files,
    without_files,
)

__all__ = [
    "FILE_PREFIX",
    "Merge",
    "RecordText",
    "bind_files",
    "bound_files",
    "merge",
    "named_files",
    "release_files",
    "without_files",
]
