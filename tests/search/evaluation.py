# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Measure the search with graded kickoff questions (`queries.yaml`).

    python -m tests.search.evaluation           figures, and the five questions with the worst answer

success@k: share of questions with a record graded 2 or 3 among the first k hits. nDCG@10: gain
2^grade - 1, discounted by log2(rank + 1), over the best possible order (Järvelin and Kekäläinen 2002).
Questions that nothing answers count apart: they are right when nothing is shown.
"""

from __future__ import annotations

import math
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import yaml

from tests.search.node import seed_ranking

QUERIES = Path(__file__).with_name("queries.yaml")
Ranking = Callable[[str], Sequence[str]]
"""Returns the found records ("case-study/hof-landbus"), best first, for a question."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for a question, and how good it is."""

    question: Question
    found: tuple[str, ...]

    def success(self, k: int) -> bool:
        """Whether one of the first `k` hits is graded 2 or better."""
        return any(self.question.relevant.get(ref, 0) >= 2 for ref in self.found[:k])

    @property
    def ndcg(self) -> float:
        """NDCG over the first ten hits, 0 to 1."""
        gained = _dcg([self.question.relevant.get(ref, 0) for ref in self.found[:10]])
        return gained / _dcg(sorted(self.question.relevant.values(), reverse=True)[:10])


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All answers with the figures over them."""

    answers: tuple[Answer, ...]

    @property
    def answerable(self) -> tuple[Answer, ...]:
        """Answers to questions that have one."""
        return tuple(answer for answer in self.answers if answer.question.relevant)

    @property
    def unanswerable(self) -> tuple[Answer, ...]:
        """Answers to questions that have none."""
        return tuple(answer for answer in self.answers if not answer.question.relevant)

    def success(self, k: int) -> float:
        """Mean success@k."""
        return sum(answer.success(k) for answer in self.answerable) / len(self.answerable)

    @property
    def ndcg(self) -> float:
        """Mean nDCG@10."""
        return sum(answer.ndcg for answer in self.answerable) / len(self.answerable)

    @property
    def silent(self) -> int:
        """How many unanswerable questions rightly showed nothing."""
        return sum(not answer.found for answer in self.unanswerable)

    def report(self) -> str:
        """The figures and the five worst answers as text."""
        lines = [
            f"questions      {len(self.answerable)} with an answer, {len(self.unanswerable)} without",
            f"success@1      {self.success(1):.3f}   (aim 0.75)",
            f"success@3      {self.success(3):.3f}   (aim 0.90)",
            f"nDCG@10        {self.ndcg:.3f}   (aim 0.80)",
            f"rightly silent {self.silent} of {len(self.unanswerable)}",
            "five worst:",
        ]
        for answer in sorted(self.answerable, key=lambda answer: answer.ndcg)[:5]:
            best = max(answer.question.relevant.values())
            wanted = ", ".join(ref for ref, grade in answer.question.relevant.items() if grade == best)
            lines += [f"  {answer.ndcg:.2f} „{answer.question.text}“", f"       wanted {wanted}"]
            lines += [f"       found  {', '.join(answer.found[:4]) or 'nothing'}"]
        loud = [answer for answer in self.unanswerable if answer.found]
        lines += [f"  not silent „{answer.question.text}“: {', '.join(answer.found[:3])}" for answer in loud]
        return "\n".join(lines)


def questions(path: Path = QUERIES) -> tuple[Question, ...]:
    """Read the graded questions; without a half they only measure. An unknown kind or half raises ValueError."""
    read = yaml.safe_load(path.read_text("utf-8"))["queries"]
    return tuple(
        Question(text=one["q"], kind=Kind(one["kind"]), half=Half(one.get("half", Half.TEST)), relevant=one["relevant"])
        for one in read
    )


def evaluate(ranking: Ranking, asked: Sequence[Question]) -> Evaluation:
    """Ask every question."""
    return Evaluation(answers=tuple(Answer(question=one, found=tuple(ranking(one.text))) for one in asked))


def _dcg(grades: Sequence[int]) -> float:
    return math.fsum((2**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(grades))


def main() -> int:
    """Evaluate on a fresh node with the seed content; exit code 1 below the aims."""
    asked = questions(Path(sys.argv[1])) if len(sys.argv) > 1 else questions()
    with tempfile.TemporaryDirectory() as folder:
        result = evaluate(seed_ranking(Path(folder)), asked)
    print(result.report())
    return int(result.success(1) < 0.75 or result.success(3) < 0.9 or result.ndcg < 0.8)


if __name__ == "__main__":
    sys.exit(main())
