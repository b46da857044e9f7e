# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads, cleans and writes documents: ODT, DOCX, PDF, slides and pictures."""
