"""What a document gives an index."""

from app.search.analysis.analyser import GermanAnalyser
from app.search.terms import STEP, WEIGHTS, DocumentAnalyser
from tests.contract.search_documents import document


def test_weights_are_told_in_few_steps_and_none_is_nothing(german: GermanAnalyser) -> None:
    body = " ".join(f"{word} " * times for times, word in enumerate(("Bus", "Karte", "Schule", "Straßenfest"), 1))
    weights = DocumentAnalyser(german).terms(document(1, "Rufbus", body=body)).weights
    assert weights
    assert all(weight >= STEP and weight % STEP == 0 for weight in weights.values())
    assert weights["rufbus"] == WEIGHTS["title"]
