# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The check as a whole."""

from __future__ import annotations

from datetime import date

from app.content.record import Record
from app.reuse.network import Network
from app.reuse.productisation import roles, ways
from app.reuse.productisation.criterion import Criterion

CRITERIA = (
    "open_standards",
    "product_owner",
    "legal_role",
    "sales_role",
    "operator",
    "upkeep",
    "in_house_route",
    "administration_cloud",
)
"""The codes, in the order in which `check` answers them."""


def check(solution: Record, network: Network, today: date) -> tuple[Criterion, ...]:
    """Return the eight criteria for a record of kind "solution"; `today` decides whether upkeep has run out."""
    return (
        ways.open_standards(solution),
        roles.product_owner(solution),
        roles.legal_role(solution),
        roles.sales_role(solution),
        roles.operator(solution),
        roles.upkeep(solution, today),
        ways.in_house_route(solution, network),
        ways.administration_cloud(solution),
    )
