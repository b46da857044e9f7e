# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Notices by e-mail: worded, sent outside of every transaction, retried until they are through."""
