"""Files for the browser under an address that changes with their content, cached for ever."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from whitenoise import WhiteNoise

from app.web.shell.language import mount_point
from app.web.shell.security import protect_static

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

KERN = "vendor/kern.min.css"


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
