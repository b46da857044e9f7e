# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What tests of deciding do first."""

from __future__ import annotations

from typing import Any

from app.content.json_value import JsonValue, thaw
from app.content.record import Record
from app.identity import Person
from app.review.model.proposal import Proposal
from app.review.model.workflow import ProposalState
from tests.functional.review.node import (
    AUTHOR,
    CURATOR,
    ReviewNode,
)


def sent(node: ReviewNode, author: Person = AUTHOR, **changes: Any) -> Proposal:
    outcome = node.review.proposals.submit(node.submission("eins", author, **changes))
    assert isinstance(outcome, Proposal), outcome
    return outcome


def approved(node: ReviewNode, author: Person = AUTHOR, by: Person = CURATOR, **changes: Any) -> Proposal:
    proposal = sent(node, author, **changes)
    return node.review.curation.approve(proposal.id, by, round=1)


def thaw_sources(record: Record) -> list[dict[str, JsonValue]]:
    listed = thaw(record.data["sources"])
    assert isinstance(listed, list)
    return listed


def state(node: ReviewNode, proposal: Proposal) -> ProposalState:
    return node.review.proposals.view(proposal.id, CURATOR).proposal.state
