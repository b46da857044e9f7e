"""Prints how well compounds are found: recall over pairs, and harmful matches.

    python -m bench.search_compounds

Reads the list in tests/search and, where it stands beside the checkout, the shared list.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from app.search.analysis.analyser import GermanAnalyser
from app.search.analysis.compounds import Decompounder
from app.search.analysis.lexicon import Lexicon, load_lexicon, read_mapping
from app.search.analysis.words import GermanStemmer

ROOT = Path(__file__).resolve().parents[1]
OWN_LIST = ROOT / "tests" / "search" / "compounds.yaml"
SHARED_LIST = ROOT.parent / "shared" / "search" / "compounds.json"

Pairs = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a list of pairs gave."""

    wanted: int
    missed: tuple[tuple[str, str], ...]
    unwanted: int
    harmful: tuple[tuple[str, str], ...]

    @property
    def recall(self) -> float:
        return 1 - len(self.missed) / self.wanted


def read_pairs(path: Path) -> tuple[Pairs, Pairs]:
    """The must-match and must-not-match pairs of a list in JSON or YAML."""
    text = path.read_text(encoding="utf-8")
    content = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    return content["must_match"], content["must_not_match"]


def build_analyser(lexicon: Lexicon, *, exceptions: bool = True) -> GermanAnalyser:
    """The analyser of the product, on request with the exception list emptied."""
    ruled = read_mapping("exceptions.txt") if exceptions else {}
    return GermanAnalyser(lexicon, Decompounder(lexicon, ruled), GermanStemmer(read_mapping("stems.txt")))


def finds(analyser: GermanAnalyser, query: str, word: str) -> bool:
    """Whether a text that consists of `word` is found by `query`, as index and query see them."""
    indexed = {term for found in analyser.occurrences(word) for term in (found.word.term, *found.word.parts)}
    for token in analyser.query_tokens(query):
        asked = analyser.query_word(token)
        if asked.term not in indexed and not (asked.atoms and indexed.issuperset(asked.atoms)):
            return False
    return True


def measure(analyser: GermanAnalyser, path: Path) -> Outcome:
    """Count over the pairs of a list."""
    must, must_not = read_pairs(path)
    wanted = [(word, query) for word, queries in must.items() for query in queries]
    unwanted = [(word, query) for word, queries in must_not.items() for query in queries]
    return Outcome(
        wanted=len(wanted),
        missed=tuple((word, query) for word, query in wanted if not finds(analyser, query, word)),
        unwanted=len(unwanted),
        harmful=tuple((word, query) for word, query in unwanted if finds(analyser, query, word)),
    )


def _print(name: str, outcome: Outcome) -> None:
    print(
        f"{name}: recall {outcome.recall:.3f} over {outcome.wanted} pairs,"
        f" harmful {len(outcome.harmful)} of {outcome.unwanted}"
    )
    for word, query in outcome.missed:
        print(f"  missed   {query} does not find {word}")
    for word, query in outcome.harmful:
        print(f"  harmful  {query} finds {word}")


def main() -> None:
    """Print recall and harmful matches of each list, with and without the list of exceptions."""
    lexicon = load_lexicon()
    with_exceptions, without = build_analyser(lexicon), build_analyser(lexicon, exceptions=False)
    print(f"exceptions: {len(read_mapping('exceptions.txt'))}")
    _print("own list", measure(with_exceptions, OWN_LIST))
    _print("own list, exceptions emptied", measure(without, OWN_LIST))
    if not SHARED_LIST.exists():
        print("shared list: NOT RUN, shared/search/compounds.json does not stand beside this checkout")
        return
    _print("shared list", measure(with_exceptions, SHARED_LIST))
    _print("shared list, exceptions emptied", measure(without, SHARED_LIST))


if __name__ == "__main__":
    main()
