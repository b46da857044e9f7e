# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every package may use: errors, clock, settings, log, sentences for people, work in a process of its own."""
