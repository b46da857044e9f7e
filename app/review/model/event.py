# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One line of the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """Who (`person`, an opaque id, empty for the node itself) did what (`action`) to what (`subject`), when.

    `subject` is a proposal's id or a record as `<kind>/<slug>`; `params` hold codes and numbers, never free text.
    """

    id: int
    at: datetime
    person: str
    action: str
    subject: str
    params: Mapping[str, str] = field(default_factory=dict)
