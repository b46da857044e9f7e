"""Damaged and invented input for whatever strangers may send, for `FUZZ_SECONDS` a file.

Without that each test tries a few, so that nothing here gathers rust; `make fuzz` gives them minutes. Every round
begins with another seed, so that a night finds what an evening did not.
"""

import os
import secrets
import time
import warnings
from collections.abc import Callable, Sequence
from typing import Any, AnyStr

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import HypothesisWarning

SECONDS = float(os.environ.get("FUZZ_SECONDS", "0"))
ROUND = 250
COMPUTING = 5.0
"""Seconds of computing that no input may cost; ten times what the slowest takes."""
_LENGTHS = (0, 0, 0, 1, 1, 2, 4, 16, 64, 500, 5000)
_TIMES = (1, 1, 1, 1, 2, 3, 40, 400)


def fuzz(inputs: st.SearchStrategy[Any], check: Callable[[Any], None], *, of: int = 1, few: int = 20) -> None:
    """Give `check` inputs until the time is over; it fails by an assertion, or by whatever it does not expect.

    `of` is the number of tests that share the time of their file; without that time it tries a `few`.
    """
    begun = time.monotonic()
    tried = 0

    def timed(value: Any) -> None:
        nonlocal tried
        tried += 1
        before = time.process_time()
        check(value)
        taken = time.process_time() - before
        assert taken < COMPUTING, f"took {taken:.1f} seconds of computing"

    while True:
        number = secrets.randbits(32) if SECONDS else 0
        with warnings.catch_warnings():
            # What is too long to be shown whole is found by its seed.
            warnings.simplefilter("ignore", HypothesisWarning)
            seed(number)(_options(given(inputs)(timed), few))()
        if time.monotonic() - begun >= SECONDS / of:
            break
    print(f"{tried} inputs in {time.monotonic() - begun:.0f} seconds")


def _options(test: Callable[[], None], few: int) -> Callable[[], None]:
    wanted = settings(
        max_examples=ROUND if SECONDS else few,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
        # The first find is made small and ends the run; what was found before is a test of its own by then.
        phases=(Phase.generate, Phase.shrink),
    )
    return wanted(test)


@st.composite
def mutated(draw: st.DrawFn, seeds: Sequence[AnyStr], scraps: Sequence[AnyStr], most: int = 6) -> AnyStr:
    """Return one of the seeds with pieces cut out, doubled, or replaced by scraps or by anything."""
    data = draw(st.sampled_from(seeds))
    letters: dict[type, st.SearchStrategy[Any]] = {str: st.text(max_size=6), bytes: st.binary(max_size=6)}
    anything = letters[type(data)]
    for _ in range(draw(st.integers(0, most))):
        # A place as a fraction, so that small numbers do not all mean the beginning.
        at = len(data) * draw(st.integers(0, 1000)) // 1000
        gone = draw(st.sampled_from(_LENGTHS))
        if draw(st.booleans()):
            start = len(data) * draw(st.integers(0, 1000)) // 1000
            piece = data[start : start + draw(st.sampled_from(_LENGTHS))]
        else:
            piece = draw(st.sampled_from(scraps) | anything) * draw(st.sampled_from(_TIMES))
        data = data[:at] + piece + data[at + gone :]
    return data
