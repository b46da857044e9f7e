"""Brings a folder of copies to what its files are now."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import IO

from app.records.file_store import FileStore
from app.wiring.backup.manifest import sha256


def mirror(wanted: Mapping[str, Path], target: Path) -> dict[str, str]:
    """Copy files to their names below `target` and remove all else there; return SHA-256 by name.

    What was withdrawn does not stay in a backup that way, nor does what a crash left. Only what differs is written.
    """
    # Before anything is copied, so that no link leads it elsewhere and no folder stands where a file belongs.
    _remove_others(target, wanted)
    copied = {name: _copied(source, target / name) for name, source in sorted(wanted.items())}
    return {name: digest for name, digest in copied.items() if digest}


def mirror_store(store: FileStore, names: Collection[str], target: Path) -> dict[str, str]:
    """Bring `target` to these files of a store, without what is damaged there; return SHA-256 by name.

    Raises StoreUnreachable and OSError.
    """
    places = {f"{name[:2]}/{name}": name for name in names}
    _remove_others(target, places)
    return {place: name for place, name in sorted(places.items()) if _brought(store, name, target / place)}


def files_below(folder: Path, without: Collection[Path] = ()) -> Iterator[Path]:
    """Yield the regular files below `folder`, those behind links too, but nothing below the folders `without`.

    A folder that a link finds within itself is not entered again.
    """
    yield from _files(folder, frozenset(path.resolve() for path in without))


def _files(folder: Path, closed: frozenset[Path]) -> Iterator[Path]:
    real = folder.resolve()
    if real in closed:
        return
    try:
        inside = sorted(folder.iterdir())
    except FileNotFoundError:
        # It has just gone.
        return
    for one in inside:
        if one.is_dir():
            yield from _files(one, closed | {real})
        elif one.is_file():
            yield one


def _remove_others(target: Path, wanted: Collection[str]) -> None:
    if target.is_symlink():
        target.unlink()
    for parent, folders, names in os.walk(target, topdown=False):
        for name in names:
            file = Path(parent) / name
            if file.is_symlink() or str(file.relative_to(target)) not in wanted:
                file.unlink()
        for name in folders:
            inner = Path(parent) / name
            if inner.is_symlink():
                inner.unlink()
            else:
                # One that still holds something stays.
                with suppress(OSError):
                    inner.rmdir()


def _brought(store: FileStore, name: str, target: Path) -> bool:
    """Write a file from a store unless it is there already; tell whether it is there now."""
    if target.exists() and sha256(target) == name:
        return True
    data = store.read(name)
    if data is None:
        target.unlink(missing_ok=True)
        return False
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(target, BytesIO(data))
    return True


def _write(target: Path, read: IO[bytes]) -> None:
    draft = target.with_name(f"{target.name}.part")
    descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as written:
        shutil.copyfileobj(read, written)
        written.flush()
        # Before it takes the place of an earlier one: a backup that is called whole survives a loss of power.
        os.fsync(written.fileno())
    draft.replace(target)


def _copied(source: Path, target: Path) -> str:
    """Copy a file unless it is there already, readable for nobody else; return its SHA-256, "" if it has just gone.

    Size and time say too little: a file that was put back, or a copy that has rotted, can have both.
    """
    try:
        digest = sha256(source)
        if target.exists() and sha256(target) == digest:
            return digest
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with source.open("rb") as read:
            _write(target, read)
    except FileNotFoundError:
        target.unlink(missing_ok=True)
        return ""
    return sha256(target)
