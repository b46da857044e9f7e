"""Checks that every text of the interface has a German wording with the same placeholders."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tools.translations import GERMAN, extract

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def main() -> int:
    """Print what is missing, fuzzy, unused or has other placeholders; return 1 when there is any."""
    with tempfile.TemporaryDirectory() as folder:
        used = _read(extract(Path(folder)))
    german = _read(GERMAN)
    findings = [*_missing(used, german), *_unused(used, german), *_broken(german)]
    for finding in findings:
        print(finding)
    print(f"German: {len(german)} texts, {len(findings)} findings")
    return 1 if findings else 0


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="de")


def _texts(value: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _missing(used: Catalog, german: Catalog) -> Iterator[str]:
    for message in _messages(used):
        found = german.get(message.id, message.context)
        if found is None or not all(_texts(found.string)):
            yield f"not translated: {_texts(message.id)[0]!r} ({_places(message)})"
        elif found.fuzzy:
            yield f"fuzzy: {_texts(message.id)[0]!r}"


def _unused(used: Catalog, german: Catalog) -> Iterator[str]:
    for message in _messages(german):
        if used.get(message.id, message.context) is None:
            yield f"no longer used: {_texts(message.id)[0]!r}"


def _broken(german: Catalog) -> Iterator[str]:
    for message in _messages(german):
        wanted = set().union(*(PLACEHOLDER.findall(text) for text in _texts(message.id)))
        # A plural form may leave the number out ("one proposal"), but never use a name that is not given.
        unknown = set().union(*(PLACEHOLDER.findall(text) for text in _texts(message.string))) - wanted
        lost = wanted - set(PLACEHOLDER.findall(_texts(message.string)[-1]))
        if unknown or (lost and all(_texts(message.string))):
            yield f"placeholders differ: {_texts(message.id)[0]!r}: {sorted(unknown | lost)}"


def _messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _places(message: Message) -> str:
    return ", ".join(f"{path}:{line}" for path, line in message.locations[:2])


if __name__ == "__main__":
    sys.exit(main())
