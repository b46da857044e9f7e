"""Compiled templates lie beside the compiled modules of the program, so that its next start does not compile them."""

from __future__ import annotations

import sys
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from importlib.util import cache_from_source
from pathlib import Path

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

_DIGEST = sha256().digest_size


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
        # Without its own digest it is half a file or a damaged one, on which Jinja and Python fail in all ways.
        with suppress(OSError):
            kept = self._file(bucket).read_bytes()
            digest, code = kept[:_DIGEST], kept[_DIGEST:]
            if sha256(code).digest() == digest:
                bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if sys.dont_write_bytecode:
            return
        file, code = self._file(bucket), bucket.bytecode_to_string()
        # A folder that may not be written to is a proper one.
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            # Whoever reads a file that is half written compiles for themselves.
            file.write_bytes(sha256(code).digest() + code)

    def _file(self, bucket: Bucket) -> Path:
        return Path(self._get_cache_filename(bucket))
