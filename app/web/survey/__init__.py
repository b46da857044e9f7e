# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pages on all records together: what ended, who used which grant, how much there is of what."""
