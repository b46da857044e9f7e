# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who can obtain a solution on which way, and how far a project result has become a product.

Pure functions on records, plus one service that reads them from the catalogue. Codes and parameters
only: the edges word them. Nothing here judges procurement law; it shows what is recorded, and since when.
"""

from app.reuse.facets import BothNames, ReuseFacets
from app.reuse.front_matter import Citation
from app.reuse.naming import Party, PartyKind
from app.reuse.network import Network
from app.reuse.obtaining import Answer, Ask, Chain, Step, StepState, Verdict, obtainable
from app.reuse.picture import Picture, picture
from app.reuse.place import Place
from app.reuse.productisation import Criterion, CriterionState, Evidence, check
from app.reuse.recorded import Membership, Organisation
from app.reuse.service import NotASolution, ReuseService

__all__ = [
    "Answer",
    "Ask",
    "BothNames",
    "Chain",
    "Citation",
    "Criterion",
    "CriterionState",
    "Evidence",
    "Membership",
    "Network",
    "NotASolution",
    "Organisation",
    "Party",
    "PartyKind",
    "Picture",
    "Place",
    "ReuseFacets",
    "ReuseService",
    "Step",
    "StepState",
    "Verdict",
    "check",
    "obtainable",
    "picture",
]
