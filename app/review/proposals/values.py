# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Between rows and values."""

from __future__ import annotations

import json
from collections.abc import Iterable

from app.content.document import parse
from app.content.problem import Problem, Severity
from app.content.record import StoredFile
from app.review.merging import RecordText
from app.review.model.proposal import Approval, Proposal, Purpose, Remark, RemarkKind, Revision
from app.review.model.submission import Via
from app.review.model.workflow import ProposalState
from app.review.models import ApprovalRow, ProposalRow, RemarkRow, RevisionRow
from app.review.text.composition import sections_of


def proposal_of(row: ProposalRow) -> Proposal:
    """Return the value of a row."""
    return Proposal(
        id=row.id,
        kind=row.kind,
        slug=row.slug,
        record_id=row.record_id,
        title=row.title,
        purpose=Purpose(row.purpose),
        via=Via(row.via),
        state=ProposalState(row.state),
        author=row.author,
        editor=row.editor,
        digest=row.digest,
        base=row.base,
        rounds=row.rounds,
        ver=row.ver,
        topics=tuple(json.loads(row.topics)),
        states=tuple(json.loads(row.regions)),
        reason=row.reason,
        created_at=row.created_at,
        changed_at=row.changed_at,
    )


def revision_of(row: RevisionRow) -> Revision:
    """Return the value of a row."""
    return Revision(
        number=row.number,
        writer=row.writer,
        wrote=row.wrote,
        digest=row.digest,
        base=row.base,
        files=tuple(StoredFile(**entry) for entry in json.loads(row.files)),
        problems=problems_from(row.problems),
        reason=row.reason,
        at=row.at,
    )


def approval_of(row: ApprovalRow) -> Approval:
    """Return the value of a row."""
    return Approval(person=row.person, round=row.round, at=row.at)


def remark_of(row: RemarkRow) -> Remark:
    """Return the value of a row."""
    return Remark(
        id=row.id,
        kind=RemarkKind(row.kind),
        field=row.field,
        person=row.person,
        text=row.text,
        round=row.round,
        at=row.at,
        resolved_at=row.resolved_at,
        resolved_by=row.resolved_by,
    )


def files_json(files: Iterable[StoredFile]) -> str:
    """Return a list of files as JSON."""
    return json.dumps([{"name": file.name, "size": file.size, "sha256": file.sha256} for file in files])


def problems_json(problems: Iterable[Problem]) -> str:
    """Return findings as JSON."""
    listed = [
        {
            "file": problem.file,
            "code": problem.code,
            "line": problem.line,
            "field": problem.field,
            "severity": problem.severity.value,
            "params": dict(problem.params),
        }
        for problem in problems
    ]
    return json.dumps(listed, ensure_ascii=False)


def problems_from(text: str) -> tuple[Problem, ...]:
    """Return the findings of a JSON list."""
    return tuple(Problem(**{**entry, "severity": Severity(entry["severity"])}) for entry in json.loads(text))


def text_of_revision(row: RevisionRow) -> RecordText:
    """Return the text of a round as flat fields, its files by their hashes; raises FrontMatterError."""
    document = parse(row.text)
    files = {file.name: file.sha256 for file in revision_of(row).files}
    return RecordText(front=document.front, sections=sections_of(document.body), files=files)
