# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The mirror on a forge: what is published goes there, branches come back as proposals."""

from app.review.mirroring.report import MirrorReport
from app.review.mirroring.service import MirrorService

__all__ = ["MirrorReport", "MirrorService"]
