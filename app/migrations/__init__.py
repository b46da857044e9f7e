# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Schema changes of the database, in order; `app.database.schema_version` runs them."""
