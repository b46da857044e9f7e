# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The solutions for catalogues of software: publiccode.yml of each, and a catalogue that says who uses them."""
