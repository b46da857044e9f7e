# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From a place over providers and memberships to the routes of a solution."""

from app.reuse.obtaining.answer import Answer, Ask, Chain, Verdict
from app.reuse.obtaining.deciding import obtainable
from app.reuse.obtaining.step import Step, StepState

__all__ = ["Answer", "Ask", "Chain", "Step", "StepState", "Verdict", "obtainable"]
