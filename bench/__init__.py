# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Measurements. What is compared is measured in one run on one machine; ratios hold, milliseconds do not."""
