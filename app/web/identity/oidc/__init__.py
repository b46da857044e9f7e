# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""OpenID Connect with Authlib, and what Authlib's Flask client leaves to its user (docs/decisions/0009)."""
