# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The values that review works with: submissions, proposals, drafts, outcomes, notices."""
