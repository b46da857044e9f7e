# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Compiled templates lie beside the compiled modules of the program, so that its next start does not compile them."""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib.metadata import version
from importlib.util import cache_from_source
from pathlib import Path
from pickle import UnpicklingError

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket


class CompiledTemplates(FileSystemBytecodeCache):
    """Keeps templates where Python keeps its own modules, and only where it would: who may write there runs anyway.

    Jinja works out what filters make of constants while it compiles, so a template is what its text and the whole
    `program` make it, and Jinja's version.
    """

    def __init__(self, templates: Path, program: str) -> None:
        folder = Path(cache_from_source(str(templates / "templates.py"))).with_suffix("")
        super().__init__(str(folder), "%s")
        self._made_by = f"{version('jinja2')} {program} "

    def get_source_checksum(self, source: str) -> str:
        return super().get_source_checksum(self._made_by + source)

    def load_bytecode(self, bucket: Bucket) -> None:
        # A machine that went down while it wrote leaves half a file; the template is compiled as if there was none.
        with suppress(OSError, EOFError, ValueError, UnpicklingError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if sys.dont_write_bytecode:
            return
        # A folder that may not be written to is a proper one.
        with suppress(OSError):
            Path(self.directory).mkdir(parents=True, exist_ok=True)
            super().dump_bytecode(bucket)
