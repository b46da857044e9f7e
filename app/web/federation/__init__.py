# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What other nodes read: who this node is, what it holds, and the proof of each record."""

from app.web.federation import trust  # noqa: F401 - its addresses register themselves
from app.web.federation.blueprint import blueprint

__all__ = ["blueprint"]
