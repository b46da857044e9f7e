# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every page shares: access, language and words, caching, errors, addresses, the frame of the site."""
