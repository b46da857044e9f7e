# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What templates show: records, hits and differences in the reader's words, as small typed values.

Modules here read values of lower packages and word them; they decide nothing about records.
"""
