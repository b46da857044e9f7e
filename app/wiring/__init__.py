# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The composition root: settings in, wired services out."""

from app.wiring.services import Services, wire

__all__ = ["Services", "wire"]
