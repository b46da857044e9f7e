"""The files of the program: those for browsers, under addresses that change with them, and compiled templates."""

from __future__ import annotations

import hashlib
import sys
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from whitenoise import WhiteNoise

from app.web.shell.language import mount_point
from app.web.shell.security import protect_static

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

KERN = "vendor/kern.min.css"
_DIGEST_SIZE = hashlib.sha256().digest_size


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """The static folder as it was when the program started."""

    folder: Path
    fingerprint: str

    @classmethod
    def read(cls, folder: Path) -> Assets:
        """Take the fingerprint of every file below `folder`."""
        return cls(folder=folder, fingerprint=fingerprint(folder))

    @property
    def prefix(self) -> str:
        """Folder of the addresses. Relative addresses inside style sheets stay in it."""
        return f"/static/{self.fingerprint}/"

    @property
    def has_kern(self) -> bool:
        """Tell whether set-up has put the KERN style sheet in its place."""
        return (self.folder / KERN).is_file()

    def address(self, name: str) -> str:
        """Return the address of a file, for a page of the present request."""
        return mount_point() + self.prefix + name

    def serve(self, application: WSGIApplication) -> WSGIApplication:
        """Answer requests for the files and hand all others to `application`."""
        return WhiteNoise(  # type: ignore[no-any-return]  # WhiteNoise ships no types
            application,
            root=str(self.folder),
            prefix=self.prefix,
            allow_all_origins=False,
            add_headers_function=protect_static,
            immutable_file_test=lambda _path, _url: True,
        )


def register(app: Flask, assets: Assets) -> None:
    """Let templates of `app` write `asset('css/site.css')` and ask for `has_kern`."""
    app.jinja_env.globals.update(asset=assets.address, has_kern=assets.has_kern)


def fingerprint(*folders: Path) -> str:
    """Return 12 hexadecimal digits that change when any file below the folders changes."""
    state = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                state.update(path.relative_to(folder).as_posix().encode())
                state.update(hashlib.sha256(path.read_bytes()).digest())
    return state.hexdigest()[:12]


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
            digest, code = kept[:_DIGEST_SIZE], kept[_DIGEST_SIZE:]
            if hashlib.sha256(code).digest() == digest:
                bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if sys.dont_write_bytecode:
            return
        file, code = self._file(bucket), bucket.bytecode_to_string()
        # A folder that may not be written to is a proper one.
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            # Whoever reads a file that is half written compiles for themselves.
            file.write_bytes(hashlib.sha256(code).digest() + code)

    def _file(self, bucket: Bucket) -> Path:
        return Path(self._get_cache_filename(bucket))
