# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is no row: the workflow table, and a text on its way in. Tables lie in `app.review.models`."""
