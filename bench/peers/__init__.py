# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The node beside other programs that publish pages with a history, on the same texts in one run."""
