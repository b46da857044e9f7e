"""Measure the search with graded kickoff questions, of six files in tests/search.

    python -m bench.search_evaluation           figures of all sets, and what was answered badly of `tune`
    python -m bench.search_evaluation tune      of one half only

Every line says which file and half it is about. Nobody tuned on the half `test` of `queries.yaml`, nor on
`kickoff.yaml`: the two together are `untouched`, which the aims are about. `fields.yaml` and
`subjects.yaml` ask in later fields, `leads.yaml` as those who lead a project do; their half `test` is counted apart.

success@k: share of questions with a record graded 2 or 3 among the first k hits. nDCG@10: gain
2^grade - 1, discounted by log2(rank + 1), over the best possible order (Järvelin and Kekäläinen 2002).
Questions that nothing answers count apart: they are right when nothing is shown, or when the page says that
there is nothing about a word of theirs. Single questions of `test` are never printed, so that nobody tunes on them.
"""

from __future__ import annotations

import math
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml

from tests.search.node import Shown, opened, rankings

_SETS = Path(__file__).resolve().parents[1] / "tests" / "search"
QUERIES = _SETS / "queries.yaml"
KICKOFF = _SETS / "kickoff.yaml"
FIELDS = _SETS / "fields.yaml"
TYPED = _SETS / "typed.yaml"
LEADS = _SETS / "leads.yaml"
SUBJECTS = _SETS / "subjects.yaml"
FILES = (QUERIES, KICKOFF, FIELDS, TYPED, LEADS, SUBJECTS)
LATER = (FIELDS.name, LEADS.name, SUBJECTS.name)
SUCCESS, NDCG = 0.93, 0.85
"""The aims for success@3 and nDCG@10."""
Ranking = Callable[[str], Shown]
"""Returns what is shown for a question."""


class Kind(StrEnum):
    """What a question exercises."""

    PLAIN = "plain"
    SYNONYM = "synonym"
    COMPOUND = "compound"
    TYPO = "typo"
    FAILURE = "failure"
    QUESTION = "question"
    COLLOQUIAL = "colloquial"
    ENGLISH = "english"
    NOTHING = "nothing"


class Half(StrEnum):
    """What a question may be used for: ranking is tuned on one half, the other one only measures."""

    TUNE = "tune"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question with its graded answers; none means that nothing here answers it."""

    text: str
    kind: Kind
    half: Half
    relevant: Mapping[str, int]
    file: str = QUERIES.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for a question, and how good it is. `missing`: words that the page says there is nothing about."""

    question: Question
    found: tuple[str, ...]
    missing: tuple[str, ...] = ()

    def success(self, k: int) -> bool:
        """Whether one of the first `k` hits is graded 2 or better."""
        return any(self.question.relevant.get(ref, 0) >= 2 for ref in self.found[:k])

    @property
    def says_nothing(self) -> bool:
        """Whether the reader learns that there is no answer."""
        return bool(self.missing) or not self.found

    @property
    def ndcg(self) -> float:
        """NDCG over the first ten hits, 0 to 1."""
        gained = _dcg([self.question.relevant.get(ref, 0) for ref in self.found[:10]])
        return gained / _dcg(sorted(self.question.relevant.values(), reverse=True)[:10])


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Answers with the figures over them."""

    answers: tuple[Answer, ...]

    @property
    def answerable(self) -> tuple[Answer, ...]:
        """Answers to questions that have one."""
        return tuple(answer for answer in self.answers if answer.question.relevant)

    @property
    def unanswerable(self) -> tuple[Answer, ...]:
        """Answers to questions that have none."""
        return tuple(answer for answer in self.answers if not answer.question.relevant)

    def of(self, kind: Kind | None = None, half: Half | None = None, file: str | None = None) -> Evaluation:
        """Only the answers to questions of a kind, of a half, of a file."""
        wanted = kind, half, file
        chosen = ((one, (one.question.kind, one.question.half, one.question.file)) for one in self.answers)
        fitting = (one for one, its in chosen if all(w in {None, i} for w, i in zip(wanted, its, strict=True)))
        return Evaluation(answers=tuple(fitting))

    def success(self, k: int) -> float:
        """Mean success@k."""
        return sum(answer.success(k) for answer in self.answerable) / len(self.answerable)

    @property
    def ndcg(self) -> float:
        """Mean nDCG@10."""
        return sum(answer.ndcg for answer in self.answerable) / len(self.answerable)

    @property
    def noticed(self) -> int:
        """How many unanswerable questions are rightly said to have no answer."""
        return sum(answer.says_nothing for answer in self.unanswerable)

    @property
    def denied(self) -> int:
        """How many answerable questions are wrongly said to have none."""
        return sum(answer.says_nothing for answer in self.answerable)

    def report(self, *, worst: bool = True) -> str:
        """The figures of each set and kind, and on request the worst answers of `tune`, as text."""
        lines = [f"{'':<30}{'asked':>6}{'success@1':>11}{'success@3':>11}{'nDCG@10':>9}{'said there is nothing':>24}"]
        for name, part in self._sets().items():
            kinds = {kind: part.of(kind) for kind in Kind}
            lines.append(part.line(name))
            lines += [of_kind.line(f"  {kind}") for kind, of_kind in kinds.items() if of_kind.answers]
        return "\n".join([*lines, *(self.of(half=Half.TUNE).worst_answers() if worst else ())])

    def _sets(self) -> Mapping[str, Evaluation]:
        files = dict.fromkeys(one.question.file for one in self.answers)
        sets = {f"{file}, {half}": self.of(half=half, file=file) for half in Half for file in files}
        return {name: one for name, one in (*sets.items(), ("untouched", self.untouched)) if one.answers}

    @property
    def untouched(self) -> Evaluation:
        """Only the answers to questions that nobody tuned on, of the sets that the aims were made for."""
        test = self.of(half=Half.TEST).answers
        return Evaluation(answers=tuple(one for one in test if one.question.file not in LATER))

    def line(self, name: str) -> str:
        """Return the figures as one line of the report."""
        ours, without = self.answerable, self.unanswerable
        said = [f"wrongly {self.denied} of {len(ours)}"] if ours else []
        said += [f"rightly {self.noticed} of {len(without)}"] if without else []
        figures = f"{self.success(1):>11.3f}{self.success(3):>11.3f}{self.ndcg:>9.3f}" if ours else " " * 31
        return f"{name:<30}{len(self.answers):>6}{figures}   {', '.join(said)}"

    def worst_answers(self) -> Iterator[str]:
        """Yield what was answered badly."""
        for answer in sorted(self.answerable, key=lambda answer: answer.ndcg):
            if answer.success(3) and not answer.missing:
                continue
            best = max(answer.question.relevant.values())
            wanted = ", ".join(ref for ref, grade in answer.question.relevant.items() if grade == best)
            yield f"  {answer.ndcg:.2f} „{answer.question.text}“"
            yield f"       wanted {wanted}"
            yield f"       found  {', '.join(answer.found[:4]) or 'nothing'}"
            if answer.missing:
                yield f"       denied {', '.join(answer.missing)}"
        for answer in self.unanswerable:
            if not answer.says_nothing:
                yield f"  not noticed „{answer.question.text}“: {', '.join(answer.found[:3])}"


@cache
def questions(path: Path = QUERIES) -> tuple[Question, ...]:
    """Read the graded questions; without a half they only measure. An unknown kind or half raises ValueError."""
    return tuple(
        Question(
            text=one["q"],
            kind=Kind(one["kind"]),
            half=Half(one.get("half", Half.TEST)),
            relevant=one["relevant"],
            file=path.name,
        )
        for one in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)["queries"]
    )


def evaluate(ranking: Ranking, asked: Sequence[Question]) -> Evaluation:
    """Ask every question."""
    return Evaluation(answers=tuple(_answer(one, ranking(one.text)) for one in asked))


def _answer(question: Question, shown: Shown) -> Answer:
    return Answer(question=question, found=tuple(shown.found), missing=shown.missing)


def _dcg(grades: Sequence[int]) -> float:
    return math.fsum((2**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(grades))


def main() -> int:
    """Evaluate on a fresh node with the seed content; exit code 1 below the aims on the half nobody tuned on."""
    halves = {Half(name) for name in sys.argv[1:]} or set(Half)
    asked = [one for file in FILES for one in questions(file) if one.half in halves]
    with tempfile.TemporaryDirectory() as folder:
        results = {name: evaluate(ranking, asked) for name, ranking in rankings(opened(Path(folder))).items()}
    for name, result in results.items():
        print(f"--- {name}\n{result.report(worst=name == 'both')}")
    judged = results["both"].untouched if Half.TEST in halves else results["both"]
    return int(judged.success(3) < SUCCESS or judged.ndcg < NDCG)


if __name__ == "__main__":
    sys.exit(main())
