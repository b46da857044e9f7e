# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How far the solutions of this collection have become products, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from app.reuse.productisation import CRITERIA
from app.web.access import services
from app.web.kickoff.bar import Tick
from app.web.presentation.obtaining.names import short_title
from app.web.presentation.productisation import LABELS, ShownCriterion, shown_criterion
from app.web.presentation.shown import Link
from app.web.routing import page_address
from app.web.selection import Parameters, is_kickoff, kickoff_address, kickoff_parameters
from app.web.writing import writer_for

blueprint = Blueprint("products", __name__)

WANTED = "erfuellt"
"""Parameter that names a criterion which must be met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A solution with its criteria; `met` counts those that are met with a source."""

    link: Link
    met: int
    criteria: tuple[ShownCriterion, ...]


@blueprint.get("/produktreife")
def overview() -> str:
    """Compare all solutions by the eight criteria; those that do not meet a wanted one are left out."""
    wanted = [code for code in CRITERIA if code in request.args.getlist(WANTED)]
    carried: Parameters = kickoff_parameters() if is_kickoff() else []
    products = sorted(_products(carried), key=lambda product: -product.met)
    shown = [product for product in products if _meets(product, wanted)]
    return render_template(
        "pages/products.html",
        products=shown,
        total=len(products),
        labels=[LABELS[code]() for code in CRITERIA],
        wanted=[Tick(value=code, label=LABELS[code](), ticked=code in wanted) for code in CRITERIA],
        carried=carried,
    )


def _products(carried: Parameters) -> Iterator[Product]:
    node = services()
    for entry in node.catalogue.heads("solution"):
        record = node.catalogue.record(entry)
        found = node.reuse.productisation(entry)
        href = kickoff_address(page_address(entry), carried)
        yield Product(
            link=Link(label=short_title(record.title), href=href, lang=record.lang),
            met=sum(criterion.state == "met" for criterion in found),
            criteria=tuple(shown_criterion(criterion, writer_for(record)) for criterion in found),
        )


def _meets(product: Product, wanted: list[str]) -> bool:
    return all(criterion.state == "met" for criterion in product.criteria if criterion.code in wanted)
