"""Files of records that take seconds to draw are drawn once, and kept until something is published."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app

from app.records.recent import Recent
from app.shared.confinement import Crashed, Exhausted
from app.web.records.page import RecordPage
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.rate_limit import client_address

KEPT = 16 * 1024 * 1024
"""Bytes of files kept per process; a picture has some 40 KB, sheets 50 and a collection 200."""
KEY = "enet.drawn"

_Key = tuple[str, str, str, tuple[int, str], tuple[str, ...]]


def drawn_once(name: str, page: RecordPage, draw: Callable[[str], bytes], telling: tuple[str, ...] = ()) -> bytes:
    """Return the file of a record with this name, which `draw` makes for the asker that it is given.

    All in it depends on the address and on what is published, and on what is `telling` for this reader. Raises Busy
    before anything is made ready, and what `draw` raises; one that takes too much is tried once as well.
    """

    def make() -> bytes | str:
        whose = client_address()
        services().sheets.refuse(whose)
        try:
            return draw(whose)
        except Crashed:
            # The next time it may go well.
            raise
        except Exhausted as error:
            return error.what

    # A commit that only changes words has no number.
    state = services().catalogue.visible().seq, services().vocabularies.state
    kept: Recent[_Key, bytes | str] = current_app.extensions.setdefault(KEY, Recent(KEPT, weigh=len))
    kept.hold_for(state)
    key = (name, page.version_address, current_language(), state, telling)
    found = kept.get(key, make)
    if isinstance(found, str):
        raise Exhausted(found)
    return found


def telling_lessons(page: RecordPage) -> tuple[str, ...]:
    """Return the lessons that tell most to this reader, which depend on what they said."""
    return tuple(lesson.id for lesson, tells in page.text.lessons if tells)
