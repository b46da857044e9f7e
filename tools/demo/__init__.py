# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""`make demo`: three nodes on this machine, each with a part of the collection, that exchange it."""
