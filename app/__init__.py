# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Erfahrungsnetz: a federated experience-exchange knowledge base for municipalities."""
