# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What other nodes publish: fetched, verified, kept, and taken out of sight where that is needed."""
