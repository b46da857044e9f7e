# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The reuse memo (Nachnutzungsvermerk): made at project start, exported, kept on wish, compared with today."""

from app.kickoff.memo.completeness import Missing, OpenPoint, open_points
from app.kickoff.memo.errors import ExportUnavailable, MemoInvalid, MemoNotFound, MemoStoreFull
from app.kickoff.memo.export import Exported, ExportKind
from app.kickoff.memo.format import tidy
from app.kickoff.memo.memo import (
    CitedSource,
    Decision,
    Duty,
    DutyAnswer,
    DutyState,
    Filter,
    Find,
    GoalAnswer,
    GoalState,
    MemoSituation,
    NodeAsked,
    NodeState,
    PinnedRecord,
    ReuseMemo,
    SearchDone,
    SeenHit,
    kept,
)
from app.kickoff.memo.pinning import Change, RecordChange, changes_since
from app.kickoff.memo.service import KeptMemo, MemoService
from app.kickoff.memo.store import Kept

__all__ = [
    "Change",
    "CitedSource",
    "Decision",
    "Duty",
    "DutyAnswer",
    "DutyState",
    "ExportKind",
    "ExportUnavailable",
    "Exported",
    "Filter",
    "Find",
    "GoalAnswer",
    "GoalState",
    "Kept",
    "KeptMemo",
    "MemoInvalid",
    "MemoNotFound",
    "MemoService",
    "MemoSituation",
    "MemoStoreFull",
    "Missing",
    "NodeAsked",
    "NodeState",
    "OpenPoint",
    "PinnedRecord",
    "RecordChange",
    "ReuseMemo",
    "SearchDone",
    "SeenHit",
    "changes_since",
    "kept",
    "open_points",
    "tidy",
]
