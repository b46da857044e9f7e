# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Five sheets for a council: problem, what others did, cost, failures and risks, proposal."""
