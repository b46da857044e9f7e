# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is stored of people: given out on their wish, forgotten on their wish, and when its time is over."""
