from __future__ import annotations

import pytest

from app.search.analysis.analyser import GermanAnalyser, load_analyser
from tests.prepared import lexicon


@pytest.fixture(scope="session")
def german() -> GermanAnalyser:
    return load_analyser(lexicon())
