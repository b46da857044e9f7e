import pytest

from app.search.analysis.analyser import GermanAnalyser, load_analyser


@pytest.fixture(scope="session")
def german() -> GermanAnalyser:
    return load_analyser()
