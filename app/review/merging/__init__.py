# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Brings two edits of one record together, field by field."""

from app.review.merging.fields import FILE_PREFIX, TextFields
from app.review.merging.files import bind_files, bound_files, named_files, release_files, without_files
from app.review.merging.merge import Merge, merge

__all__ = [
    "FILE_PREFIX",
    "Merge",
    "TextFields",
    "bind_files",
    "bound_files",
    "merge",
    "named_files",
    "release_files",
    "without_files",
]
