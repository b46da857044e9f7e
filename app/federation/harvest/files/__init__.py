# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pictures and attachments of other nodes' records: named by signed statements, fetched by the worker, kept by hash."""
