# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""PDF without what names its makers or acts by itself, cleaned in a process that may take only so much."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from app.content.attachments.errors import AttachmentDamaged, AttachmentTooLarge
from app.content.attachments.links import FOLLOWED
from app.content.git.command import run_program
from app.content.git.errors import GitTimeout
from app.content.paths import FILE_LIMIT

_PROGRAM = Path(__file__).with_name("qpdf_program.py")
"""Named and not imported: qpdf takes a tenth of a second to load, which every command would pay for."""
_SECONDS = 30
"""Of computing; a report of two hundred pages takes one."""
_UNPACKED = 64 * 1024 * 1024
"""Bytes of each of a document's packed lists of objects. What its pages draw is never unpacked."""
_TOO_LARGE = 3
"""The status with which the program ends then; any other but 0 says that a document is broken or locked."""


def clean_pdf(data: bytes) -> bytes:
    """Return the document with its pages, their tags and its bookmarks, and nothing that tells or does more.

    Raises:
        AttachmentDamaged: it is broken or protected by a password.
        AttachmentTooLarge: it takes too much room, unpacked or once it is written anew.
    """
    argv = [sys.executable, "-Ps", str(_PROGRAM), FOLLOWED.pattern, str(_UNPACKED), str(_SECONDS)]
    paths = os.pathsep.join(path for path in sys.path if path)
    try:
        done = run_program(argv, stdin=data, env={"PYTHONPATH": paths}, seconds=2 * _SECONDS)
    except GitTimeout as error:
        raise AttachmentDamaged from error
    if done.status == _TOO_LARGE:
        raise AttachmentTooLarge("unpacked", size=_UNPACKED + 1, limit=_UNPACKED)
    if done.status != 0:
        raise AttachmentDamaged
    if len(done.out) > FILE_LIMIT:
        raise AttachmentTooLarge("bytes", size=len(done.out), limit=FILE_LIMIT)
    return done.out
