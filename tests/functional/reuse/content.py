"""The records of this repository, read by the real reader."""

from functools import cache
from pathlib import Path

from app.records.record import Record
from app.records.record_reader import RecordReader
from app.records.schema import SchemaSet
from app.reuse.network import Network

ROOT = Path(__file__).parents[3]


@cache
def records(plural: str) -> dict[str, Record]:
    """Return the records in one folder of `content/` by slug."""
    reader = RecordReader(SchemaSet.load(ROOT / "schemas"))
    files = sorted((ROOT / "content" / plural).glob("*/index.md"))
    return {file.parent.name: reader.read(f"{plural}/{file.parent.name}", file.read_bytes()) for file in files}


@cache
def network() -> Network:
    """Return the network of all organisations."""
    return Network.from_records(records("organisations").values())
