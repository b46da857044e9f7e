# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""PDF without what names its makers or acts by itself, cleaned in a process that may take only so much."""

from __future__ import annotations

import os
import sys

from app.content.attachments import qpdf_program
from app.content.attachments.errors import AttachmentDamaged, AttachmentTooLarge
from app.content.attachments.links import FOLLOWED
from app.content.git.command import run_program
from app.content.git.errors import GitTimeout
from app.content.paths import FILE_LIMIT


def clean_pdf(data: bytes) -> bytes:
    """Return the document with its pages, their tags and its bookmarks, and nothing that tells or does more.

    Raises:
        AttachmentDamaged: it is broken or protected by a password.
        AttachmentTooLarge: it takes too much room, unpacked or once it is written anew.
    """
    argv = [sys.executable, "-Ps", qpdf_program.__file__, FOLLOWED.pattern]
    paths = os.pathsep.join(path for path in sys.path if path)
    try:
        done = run_program(argv, stdin=data, env={"PYTHONPATH": paths}, seconds=qpdf_program.SECONDS * 2)
    except GitTimeout as error:
        raise AttachmentDamaged from error
    if done.status == qpdf_program.TOO_LARGE:
        raise AttachmentTooLarge("unpacked", size=qpdf_program.UNPACKED + 1, limit=qpdf_program.UNPACKED)
    if done.status != 0:
        raise AttachmentDamaged
    if len(done.out) > FILE_LIMIT:
        raise AttachmentTooLarge("bytes", size=len(done.out), limit=FILE_LIMIT)
    return done.out
