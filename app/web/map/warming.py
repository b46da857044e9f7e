"""Reads what the map needs before somebody asks for them: the first one would wait for every record."""

from __future__ import annotations

import time
from typing import TypeVar

from flask import Flask, copy_current_request_context, request
from werkzeug.wrappers import Response as BaseResponse

from app.shared.confinement import Background
from app.web.map.pins import pins
from app.web.shell.access import services
from app.web.shell.language import current_language

STEP = 10
"""Records read at a time; between two of them others come first for as long as it took."""
FEW = 500
"""With so many records all are read within seconds."""
NAME = "warming"
_Answer = TypeVar("_Answer", bound=BaseResponse)


def register(app: Flask) -> None:
    """Have it read in the background, after the first page in a language that the process answers, and each change."""
    background, warm = Background[None](NAME), dict[tuple[str, str], int]()

    def follow(answer: _Answer) -> _Answer:
        if answer.status_code == 200 and answer.mimetype == "text/html":
            key, seq = (current_language(), request.root_path), services().catalogue.last_seq()
            if warm.get(key) != seq and background.begin(key, copy_current_request_context(_read)):
                warm[key] = seq
        return answer

    app.after_request(follow)


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
    node.reuse.network()
