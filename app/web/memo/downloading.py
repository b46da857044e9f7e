# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A memo as a file for the asker."""

from __future__ import annotations

from flask import Response

from app.kickoff.memo import Exported, ExportKind, ExportUnavailable, MemoInvalid, ReuseMemo
from app.kickoff.memo.wording import Words
from app.web.access import services
from app.web.language import current_language
from app.web.memo.actions import Action, Pressed
from app.web.memo.notice import Notice, refused
from app.web.wording import _


def download(memo: ReuseMemo, button: Pressed) -> Response | Notice:
    """Return the file that a button asks for, or why there is none."""
    try:
        file = _document(memo) if button.action is Action.JSON else _exported(memo, ExportKind(button.argument))
    except ExportUnavailable as error:
        return _unavailable(error)
    except MemoInvalid as error:
        return refused(error)
    answer = Response(file.content, content_type=file.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer


def _exported(memo: ReuseMemo, kind: ExportKind) -> Exported:
    return services().memos.export(memo, kind, current_language())


def _document(memo: ReuseMemo) -> Exported:
    name = f"{Words(current_language())('file_name')}-{memo.at.date().isoformat()}.json"
    return Exported(name=name, media_type="application/json", content=services().memos.to_json(memo))


def _unavailable(error: ExportUnavailable) -> Notice:
    text = _(
        "This server lacks libraries for it. Please download the memo as ODT or DOCX instead. "
        "For the operator: apt-get install %(packages)s",
        packages=" ".join(error.packages),
    )
    return Notice(title=_("%(format)s cannot be made at the moment", format=error.format.upper()), text=text)
