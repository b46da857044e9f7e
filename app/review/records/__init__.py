# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What happens to records once they are published: confirmed, overdue, withdrawn, restored."""
