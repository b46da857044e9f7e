"""The program's files: static files at addresses that change with their content, and compiled templates."""

from __future__ import annotations

import hashlib
import sys
from contextlib import suppress
from importlib.metadata import version
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING
from wsgiref.headers import Headers

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


class Assets:
    """The static folder as it was when the program started; `has_kern`: set-up has installed the KERN style sheet."""

    def __init__(self, folder: Path) -> None:
        """Compute the fingerprint of all files below `folder`, and their addresses."""
        self.folder, self.fingerprint = folder, fingerprint(folder)
        # Relative addresses inside style sheets stay within this folder.
        self.prefix = f"/static/{self.fingerprint}/"
        self.has_kern = (folder / KERN).is_file()

    def address(self, name: str) -> str:
        """Return the address of a file, for a page of the current request."""
        return mount_point() + self.prefix + name

    def serve(self, application: WSGIApplication) -> WSGIApplication:
        """Serve requests for the files, and pass all others to `application`."""
        files = WhiteNoise(
            application,
            allow_all_origins=False,
            add_headers_function=self._headers,
            immutable_file_test=lambda _path, _url: True,
        )
        known = {str(path): path.stat() for path in self.folder.rglob("*") if path.is_file() and not _is_stale(path)}
        for path in known:
            address = self.prefix + Path(path).relative_to(self.folder).as_posix()
            files.add_file_to_dictionary(address, path, stat_cache=known)
        return files  # type: ignore[no-any-return]  # WhiteNoise ships no types

    def _headers(self, headers: Headers, path: str, address: str) -> None:
        protect_static(headers, path, address)
        # Weak, because the same file is sent in several encodings.
        headers["ETag"] = f'W/"{self.fingerprint}"'


def _is_stale(path: Path) -> bool:
    """Return whether a file is the compressed form of an earlier text; set-up gives both the same time."""
    source = path.with_suffix("")
    compressed = path.suffix in {".br", ".gz"} and source.is_file()
    return compressed and source.stat().st_mtime_ns != path.stat().st_mtime_ns


def register(app: Flask, assets: Assets) -> None:
    """Let templates of `app` use `asset('css/site.css')` and `has_kern`."""
    app.jinja_env.globals.update(asset=assets.address, has_kern=assets.has_kern)


def fingerprint(*folders: Path) -> str:
    """Return 12 hexadecimal digits that change if any file below the folders changes."""
    state = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                state.update(path.relative_to(folder).as_posix().encode())
                state.update(hashlib.sha256(path.read_bytes()).digest())
    return state.hexdigest()[:12]


class CompiledTemplates(FileSystemBytecodeCache):
    """Caches templates where Python caches modules, and only if Python would: who may write there can run code anyway.

    Jinja evaluates filters on constants while compiling, so the cache key covers the text of a template, the whole
    `program` and Jinja's version.
    """

    def __init__(self, templates: Path, program: str) -> None:
        folder = Path(cache_from_source(str(templates / "templates.py"))).with_suffix("")
        super().__init__(str(folder), "%s")
        self._made_by = f"{version('jinja2')} {program} "

    def get_source_checksum(self, source: str) -> str:
        return super().get_source_checksum(self._made_by + source)

    def load_bytecode(self, bucket: Bucket) -> None:
        # Check the digest first: on a partial or damaged file, Jinja and Python fail in unpredictable ways.
        with suppress(OSError):
            kept = self._file(bucket).read_bytes()
            digest, code = kept[:_DIGEST_SIZE], kept[_DIGEST_SIZE:]
            if hashlib.sha256(code).digest() == digest:
                bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        if sys.dont_write_bytecode:
            return
        file, code = self._file(bucket), bucket.bytecode_to_string()
        # A read-only folder is normal.
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            # Others that read a half-written file compile the template themselves.
            file.write_bytes(hashlib.sha256(code).digest() + code)

    def _file(self, bucket: Bucket) -> Path:
        return Path(self._get_cache_filename(bucket))
