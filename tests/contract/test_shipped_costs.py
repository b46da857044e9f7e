"""The one line on cost of the records that come with the program tells of one thing, and says of which."""

import re
from functools import cache
from pathlib import Path

from app.records.five_lines import FiveLines, FiveLinesReader, Inhabitants, LineWords
from app.records.five_lines.costs import MAX_NAME_LENGTH, MAX_PARTS
from app.records.record import Record
from app.records.record_reader import RecordReader
from tests.unit.records import examples

CONTENT = Path(__file__).resolve().parents[2] / "content"
_ELSE = re.compile(
    r"für alle|zusammen|Alternative|Schaden|Folge(?:kauf|kosten)|\bPhase \d|Eigen(?:anteil|mittel)|Anteil der Stadt"
    r"|\bDavon\b|ganzen? Land|erste[rn]? (?:Entwurf|Schätzung)|abgelehnt|gestrichen|nicht gewollt",
    re.IGNORECASE,
)
"""Words that say that an amount is for a part, for others too, or for something else."""


@cache
def shipped() -> dict[str, FiveLines]:
    """Return the lines of all records with a million inhabitants in each place, so that every share would show."""
    schemas = examples.schemas()
    read = FiveLinesReader(lambda _town: Inhabitants(1_000_000), dict[str, Record]().get)
    paths = sorted([*CONTENT.glob("case-studies/*/index.md"), *CONTENT.glob("solutions/*/index.md")])
    reader = RecordReader(schemas)
    return {
        path.parent.name: read(reader.read(path.parent.relative_to(CONTENT).as_posix(), path.read_text()))
        for path in paths
    }


def line(name: str) -> str:
    words = LineWords(examples.schemas(), "de").cost(shipped()[name])
    return words.plain.replace("\u00a0", " ").partition(": ")[2]


def with_amounts() -> dict[str, FiveLines]:
    return {name: found for name, found in shipped().items() if found.cost.amounts}


def test_no_line_mixes_unlike_things() -> None:
    assert with_amounts()
    for name, found in with_amounts().items():
        cost = found.cost
        whole, parts = [one for one in cost.told if one.covers], [one for one in cost.told if not one.covers]
        assert not (whole and parts), name
        assert [one.what for one in whole if _ELSE.search(f"{one.what} {one.note}")] == [], name
        assert len(parts) <= MAX_PARTS, name
        assert all(0 < len(one.what) <= MAX_NAME_LENGTH and one.what in line(name) for one in parts), name
        if len(cost.once) > 1:
            assert max(one.value for one in cost.once) < 3 * min(one.value for one in cost.once), name
            assert len({(one.kind, one.currency) for one in cost.once}) == 1, name


_AMOUNT = re.compile(r"\d\s*(?:Mio\.|Mrd\.|Millionen|Milliarden)?\s*(?:Euro|€|Franken)")


def test_no_line_says_that_nothing_is_known_above_amounts() -> None:
    schemas, folders = examples.schemas(), {"case-studies", "solutions"}
    records = [path for folder in folders for path in CONTENT.glob(f"{folder}/*/index.md")]
    with_money = [
        name
        for name, found in shipped().items()
        if found.cost.amounts or any(grant.amount is not None for grant in found.cost.grants)
    ]
    for path in records:
        text = RecordReader(schemas).read(path.parent.relative_to(CONTENT).as_posix(), path.read_text()).section("cost")
        with_money += [path.parent.name] if text and _AMOUNT.search(text.markdown) else []
    assert len(set(with_money)) > 60
    assert [name for name in set(with_money) if line(name).startswith("nicht bekannt")] == []


def test_shares_and_multiples_are_of_one_amount_for_all_of_it() -> None:
    assert with_amounts()
    for name, found in with_amounts().items():
        if not (found.cost.leading and found.cost.leading.is_whole):
            said = line(name)
            assert [part for part in ("je Einwohner", "gefördert", "in fünf Jahren") if part in said] == [], name
