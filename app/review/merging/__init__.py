# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Brings two edits of one record together, field by field."""

from app.review.merging.fields import TextFields, named_files
from app.review.merging.merge import Merge, merge

__all__ = ["Merge", "TextFields", "merge", "named_files"]
