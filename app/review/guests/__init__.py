# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Questions of people without an account: confirmed by a link in an e-mail, then reviewed like any other text."""
