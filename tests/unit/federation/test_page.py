import json
import re
from hashlib import sha256
from inspect import getsource

from tuf.api.metadata import Metadata, Root

from app.documents.limits import FILE_LIMIT
from app.federation import statement, strict_json
from app.federation.association import members, trust
from app.federation.harvest import intake, nodes, run
from app.federation.harvest.held_files import MOST_FILES
from app.federation.harvest.models import CONFIRMED_FOR, FORGOTTEN_AFTER, HIDDEN_AFTER
from app.federation.harvest.report import AsideReason
from app.federation.listing import reading, repository
from app.federation.listing.keys import RootFile
from app.federation.statement import read_payload
from app.records.record_reader import PAYLOAD_LIMIT, digest_of
from app.registries.lists import PAGE_BYTES, PAGE_ITEMS
from tests.unit.federation import page
from tests.unit.records.examples import ROOT

PAGE = (ROOT / "docs" / "federation.md").read_text(encoding="utf-8")
WORDS = " ".join(PAGE.split())
EXAMPLES = page.examples()
MAKE = "run: python -m tests.unit.federation.page docs/federation.md schemas/federation-vectors.json"


def test_the_examples_are_what_the_program_writes() -> None:
    assert page.with_examples(PAGE, EXAMPLES) == PAGE, MAKE
    assert (ROOT / "schemas" / "federation-vectors.json").read_text(encoding="utf-8") == page.vectors(), MAKE
    assert page.names(PAGE) == EXAMPLES.keys()


def test_the_examples_prove_each_other() -> None:
    root = EXAMPLES["root"].encode()
    assert EXAMPLES["words"].splitlines() == [sha256(root).hexdigest(), RootFile(root).to_compare]
    trusted = Metadata[Root].from_bytes(root)
    trusted.verify_delegate("root", trusted)
    trusted.verify_delegate("timestamp", Metadata.from_bytes(EXAMPLES["timestamp"].encode()))
    target = EXAMPLES["withdrawn"]
    listed = json.loads(EXAMPLES["entries"])[f"records/{page.GONE}.json"]
    assert (listed["length"], listed["hashes"]["sha256"]) == (len(target), sha256(target.encode()).hexdigest())
    content = target[len('{"content":') : target.rindex(',"iat":')]
    assert digest_of(content.encode()) == read_payload(target.encode()).digest == EXAMPLES["digest"]


def test_the_limits_on_the_page_are_those_of_the_program() -> None:
    limits = reading._CONFIG
    metadata = (
        limits.root_max_length, limits.timestamp_max_length, limits.snapshot_max_length, limits.targets_max_length,
    )  # fmt: skip
    kib = [f"{size // 1024:,}" for size in metadata]
    assert reading.TARGET_LIMIT == FILE_LIMIT
    for words in (
        f"Targets of a list | {reading.ITEMS:,} |",
        f"Records that are held of a node | {reading.ITEMS:,} |",
        f"Parts of a list | {2**reading.MOST_BITS} |",
        f"Record | {PAYLOAD_LIMIT // 1024} KiB ({PAYLOAD_LIMIT:,} bytes) |",
        f"each file | {FILE_LIMIT // 1024**2} MiB ({FILE_LIMIT:,} bytes) |",
        f"Files of a record that are fetched | {MOST_FILES} |",
        f"{', '.join(kib[:-1])} and {kib[-1]} KiB; {limits.max_root_rotations} roots in a row",
        f"New records of one node in a day | {nodes.DAILY_NEW:,};",
        f"the reader's records by one node in a day | {intake.DAILY_CORRECTIONS} |",
        f"Time for one node in a run | {run.SLICE_SECONDS:.0f} s,",
        f"{reading.SECONDS:.0f} s for one document |",
        f"count for more than {reading._LONGEST.days} days",
        f"every {nodes.INTERVAL.seconds // 60} minutes",
        f"more than {strict_json.DEEPEST} levels",
        f"more than {intake.TOLERANCE.seconds // 60} minutes ahead",
        f"to {2**repository.SMALL} or {2**repository.LARGE} parts",
        f"{2**repository.LARGE} above {repository.SMALL_LIST:,} targets",
        f"expires after {repository.TIMESTAMP_LIFETIME.days} days",
        *(f"up to {age.days} days" for age in (CONFIRMED_FOR, HIDDEN_AFTER, FORGOTTEN_AFTER)),
        f"at most {trust.DAILY_NAMES} new nodes a day",
        f"{members.MOST_MEMBERS:,} lines at most, and {run.MEMBERS_LIMIT // 1024**2} MiB",
        f"older than {members.LINK_DAYS} days",
        f"ends at {PAGE_ITEMS} items or when it exceeds {PAGE_BYTES // 1024 // 1024} MiB",
    ):
        assert words in WORDS


def test_every_code_is_on_the_page() -> None:
    modules = (statement, strict_json, intake, reading, run)
    raised = {
        code
        for module in modules
        for code in re.findall(r'(?:StatementRefused|ListRefused)\("(\w+)"', getsource(module))
    }
    codes = raised | {reason.value for reason in AsideReason}
    assert len(codes) > 12
    assert {code for code in codes if f"`{code}`" not in PAGE} == set()
