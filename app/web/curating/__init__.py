# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The pages on which proposals are discussed and decided, and those that go on from there."""

from __future__ import annotations
