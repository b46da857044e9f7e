# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What somebody without an account wants, confirmed by a link in an e-mail: one way for all purposes."""
