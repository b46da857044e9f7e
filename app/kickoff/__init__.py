# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a problem to a reuse memo: what others learned, who can deliver it, and the proof that one looked first."""
