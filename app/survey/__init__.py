# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What all records say together: what ended and why, who used which grant, where nothing is known."""
