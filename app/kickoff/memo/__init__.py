# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The reuse memo (Nachnutzungsvermerk): made at project start, exported, kept on wish, compared with today."""
