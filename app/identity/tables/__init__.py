# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables of people, their ways in, and what they were granted. Every secret is stored as its SHA-256 only."""

from app.identity.tables.access import InvitationRow, LogoutRow, SessionRow, TokenRow
from app.identity.tables.person import AuditRow, LinkRow, PersonRow, RoleRow

__all__ = ["AuditRow", "InvitationRow", "LinkRow", "LogoutRow", "PersonRow", "RoleRow", "SessionRow", "TokenRow"]
