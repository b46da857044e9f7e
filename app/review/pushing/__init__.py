# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Proposals by `git push`: the same checks and the same proposals as from the form, answered in words."""

from app.review.pushing.service import PushService

__all__ = ["PushService"]
