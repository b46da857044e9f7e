# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Records on the page: the newest version, earlier ones, those of other nodes, and their files."""
