"""Records with files, and ways to spoil these on their way."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from PIL import Image

from app.fetching import Fetched, Wanted
from app.records.file_store import OWNER
from app.wiring import Services
from app.wiring.foundation import FOREIGN
from tests.netnodes.net import NetNode, Tamper, concept, slug

FILES = "/targets/files/"


def picture(colour: str = "navy", kind: str = "PNG") -> bytes:
    """Return a small picture."""
    out = BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, kind)
    return out.getvalue()


def with_files(record_id: str, files: Mapping[str, bytes], title: str = "Ein Beispiel") -> dict[str, bytes | None]:
    """Return a concept with these files, all listed as its media and shown in its text, by path."""
    listed = "\n".join(f'  - {{file: {name}, alt: "Das ist {name}", license: CC0-1.0}}' for name in files)
    shown = " ".join(f"![Das ist {name}]({name})" for name in files)
    text = concept(record_id, title, f"Ein Text. {shown}").decode()
    folder = f"concepts/{slug(record_id)}"
    return {
        **{f"{folder}/{name}": data for name, data in files.items()},
        f"{folder}/index.md": text.replace("legal_scope:", f"media:\n{listed}\nlegal_scope:", 1).encode(),
    }


def attach(node: NetNode, record_id: str, files: Mapping[str, bytes], title: str = "Ein Beispiel") -> None:
    """Publish such a concept at a node."""
    node.write(with_files(record_id, files, title))


def spoiled(change: Callable[[bytes], bytes]) -> Tamper:
    """Return what changes the bytes of files and of nothing else."""

    def tamper(wanted: Wanted, answer: Fetched) -> Fetched:
        return replace(answer, body=change(answer.body)) if FILES in wanted.url else answer

    return tamper


def asked_files(node: NetNode) -> list[str]:
    """Return the addresses of files that were asked for so far, by anybody."""
    return [url for url in node.net.asked if FILES in url]


def held_names(node: NetNode, other: NetNode, record_id: str, ver: int = 1) -> set[str]:
    """Return which files of another node's record are here."""
    return {file.name for file in node.services.harvest.files.of(other.origin, record_id, ver)}


def stored(services: Services) -> list[Path]:
    """Return everything in a node's store of files, left-overs included."""
    folder = services.files_folder(FOREIGN)
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in {".lock", OWNER})
