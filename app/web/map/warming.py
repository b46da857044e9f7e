# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads what the map and the surveys need before somebody asks for them: the first one would wait for every record."""

from __future__ import annotations

import time
from threading import Lock, Thread
from typing import TypeVar

import structlog
from flask import Flask, copy_current_request_context, request
from werkzeug.wrappers import Response as BaseResponse

from app.web.map.pins import pins
from app.web.shell.access import services
from app.web.shell.language import current_language

STEP = 10
"""Records read at a time; between two of them others come first for as long as it took."""
FEW = 500
"""With so many records all are read within seconds."""
NAME = "warming"
_log = structlog.get_logger(__name__)
_Answer = TypeVar("_Answer", bound=BaseResponse)


def register(app: Flask) -> None:
    """Have it read in the background, after the first page in a language that the process answers, and each change."""
    app.after_request(_Warming().follow)


class _Warming:
    def __init__(self) -> None:
        self._busy = Lock()
        self._warm: dict[tuple[str, str], int] = {}

    def follow(self, answer: _Answer) -> _Answer:
        """Begin once a page was answered, unless all is read or somebody is at it."""
        if answer.status_code == 200 and answer.mimetype == "text/html":
            key, seq = (current_language(), request.root_path), services().catalogue.last_seq()
            if self._warm.get(key) != seq and self._busy.acquire(blocking=False):
                self._warm[key] = seq
                Thread(target=copy_current_request_context(self._read), name=NAME, daemon=True).start()
        return answer

    def _read(self) -> None:
        try:
            _read()
        except Exception as error:  # noqa: BLE001 - nobody waits for it, and whoever asks for the page is told
            _log.info("warming.failed", reason=type(error).__name__)
        finally:
            self._busy.release()


def _read() -> None:
    node = services()
    listed = [entry for entry in reversed(node.catalogue.heads()) if node.schemas.kind(entry.kind).listed]
    if len(listed) > FEW:
        # Readers of other pages would wait for what few ask for.
        return
    for first in range(0, len(listed), STEP):
        begun = time.perf_counter()
        pins(listed[first : first + STEP])
        time.sleep(time.perf_counter() - begun)
    node.surveys.survey()
    node.reuse.network()
