# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How far a project result has become a product that others can obtain.

Eight criteria after the written statement to the German Bundestag of October 2023 (Ausschussdrucksache
20(24)188-H): without a product, an operator for more than one user and a clear responsibility that includes the
legal and the sales role, passing on will not succeed.
"""

from app.reuse.productisation.checking import CRITERIA, check
from app.reuse.productisation.criterion import Criterion, CriterionState, Evidence

__all__ = ["CRITERIA", "Criterion", "CriterionState", "Evidence", "check"]
