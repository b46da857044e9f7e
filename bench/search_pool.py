"""Which records are still to be graded: what any way to search puts among the first ten and nobody has judged.

    python -m bench.search_pool open POOL GRADES     write those pairs of question and record that GRADES lacks
    python -m bench.search_pool take GRADES          enter grades of 1 to 3 into the files of questions

nDCG takes what nobody graded for useless, so what is found has to be judged (pooling, after Spärck Jones and van
Rijsbergen 1975). Both files have a JSON object on each line: query, slug, title and summary in the pool, in an order by
chance that does not tell what found them; query, slug and grade (0 to 3) in the grades. With the grades of before, the
next pool holds only what is new. Questions that nothing answers stay so: `take` names those that have got an answer.
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import yaml

from bench.search_evaluation import FILES, Kind, Question, questions
from tests.search.node import Rank, opened, rankings

DEPTH = 10
HELPS = 2
Grades = Mapping[str, Mapping[str, int]]
"""Question -> record -> grade."""


def graded(path: Path) -> Grades:
    """Read grades; there are none where there is no such file."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        one = json.loads(line)
        found[one["query"]][one["slug"]] = int(one["grade"])
    return found


def unjudged(ways: Iterable[Rank], asked: Iterable[Question], known: Grades) -> Iterator[tuple[str, str]]:
    """Yield question and record of each pair that any way to search finds and nobody has judged."""
    ways = tuple(ways)
    for one in asked:
        found = dict.fromkeys(ref for way in ways for ref in way(one.text).found[:DEPTH])
        judged = {**one.relevant, **known.get(one.text, {})}
        yield from ((one.text, ref) for ref in found if ref not in judged)


def write(path: Path, known: Grades) -> int:
    """Write the pool and return how many pairs are in it."""
    with tempfile.TemporaryDirectory() as folder:
        services = opened(Path(folder))
        entries = services.search.searched()
        records = {f"{one.kind}/{one.slug}": services.catalogue.record(one) for one in entries}
        asked = [one for file in FILES for one in questions(file)]
        pairs = list(unjudged(rankings(services).values(), asked, known))
    random.Random(1).shuffle(pairs)
    # Of one question all stand together, so that its grades are of one measure.
    pairs.sort(key=lambda pair: pair[0])
    lines = (
        {"query": query, "slug": ref, "title": records[ref].title, "summary": records[ref].summary}
        for query, ref in pairs
    )
    path.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), "utf-8")
    return len(pairs)


def take(text: str, grades: Grades) -> str:
    """Return the text of a file of questions with these grades entered; what stands there stays."""
    return _QUESTION.sub(lambda found: _entered(found, grades.get(found["query"], {})), text)


_QUESTION = re.compile(
    r'(?P<front>- \{q: "(?P<query>[^"]*)", kind: (?P<kind>\w+),.* relevant: )(?P<relevant>\{.*\})\}$', re.MULTILINE
)


def _entered(found: re.Match[str], grades: Mapping[str, int]) -> str:
    if found["kind"] == Kind.NOTHING:
        answers = [ref for ref, grade in grades.items() if grade >= HELPS]
        if answers:
            print(f"is answered now: „{found['query']}“ by {', '.join(answers)}")
        return found.group()
    useful = {ref: grade for ref, grade in grades.items() if grade > 0}
    ranked = sorted((useful | yaml.safe_load(found["relevant"])).items(), key=lambda one: -one[1])
    return f"{found['front']}{{{', '.join(f'{ref}: {grade}' for ref, grade in ranked)}}}}}"


def main() -> int:
    """Write a pool or enter grades."""
    match sys.argv[1:]:
        case ["open", to, grades]:
            print(f"{write(Path(to), graded(Path(grades)))} pairs to be graded")
        case ["take", grades]:
            for file in FILES:
                file.write_text(take(file.read_text("utf-8"), graded(Path(grades))), "utf-8")
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
