# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""`erfahrungsnetz doctor`: proves that what a node holds agrees, and names what does not."""
