# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Words that nothing matches are read as the nearest word that something does."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.search.plan import TYPO_BOOST, Alternative, Group, QueryPlan, QueryPlanner, Via
from app.search.whoosh_engine.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Correction:
    """The plan with corrections as further alternatives, and the query as it may have been meant."""

    plan: QueryPlan
    text: str | None


def correct(snapshot: Snapshot, planner: QueryPlanner, text: str) -> Correction:
    """Plan a query, with a correction for each word that no record has in any form."""
    plan = planner.plan(text)
    groups = []
    words = []
    for group in plan.groups:
        meant = None if _is_known(snapshot, group) else _nearest(snapshot, planner, group.text)
        words.append(meant.text if meant else group.text)
        groups.append(_with_correction(group, meant) if meant else group)
    changed = any(word != group.text for word, group in zip(words, plan.groups, strict=True))
    return Correction(QueryPlan(tuple(groups)), " ".join(words) if changed else None)


def _is_known(snapshot: Snapshot, group: Group) -> bool:
    return any(all(snapshot.postings(term).bits for term in one.terms) for one in group.alternatives)


def _nearest(snapshot: Snapshot, planner: QueryPlanner, word: str) -> Group | None:
    """A word of the records, or a label of the vocabulary that some record answers."""
    for meant in (snapshot.speller.correct(word), planner.correct(word)):
        groups = planner.plan(meant).groups if meant else ()
        if len(groups) == 1 and _is_known(snapshot, groups[0]):
            return groups[0]
    return None


def _with_correction(group: Group, meant: Group) -> Group:
    also = (
        Alternative(one.terms, one.boost * TYPO_BOOST, Via.TYPO, meant.text, one.lang) for one in meant.alternatives
    )
    return replace(group, alternatives=(*group.alternatives, *also))
