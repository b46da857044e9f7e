import pickle

import pytest

from app.fetching import FetchFailed, FetchRefused
from app.records.git.errors import GitFailed, ObjectMissing
from app.review.errors import OutsideArea, QuotaReached
from app.shared.errors import DomainError, Invalid
from app.shared.wording import translator


def test_an_error_is_made_with_what_it_annotates_and_says_all_of_it() -> None:
    error = GitFailed("push", status=128, stderr="refused")
    assert (error.command, error.status, error.stderr) == ("push", 128, "refused")
    assert error.args == ("push", 128, "refused")
    assert str(error) == "git push ended with 128: refused"
    assert str(ObjectMissing("main:nothing")) == "Object missing: ('main:nothing',)"
    assert Invalid("anything").args == ("anything",)
    narrower = OutsideArea("curate", before=True, after=False)
    assert (narrower.action, narrower.before, narrower.after) == ("curate", True, False)
    with pytest.raises(TypeError):
        GitFailed("push")  # type: ignore[call-arg]  # that is the point


def test_a_sentence_for_readers_comes_in_their_language() -> None:
    assert QuotaReached(limit=6, seconds=61).said(translator("de")).startswith("Diese Website nimmt von einer Person 6")


def test_errors_are_told_apart_and_can_be_sent_to_another_process() -> None:
    error = GitFailed("push", status=128, stderr="refused")
    again = pickle.loads(pickle.dumps(error))
    assert vars(again) == vars(error)
    assert again != error
    assert len({error, again}) == 2


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FetchFailed("unreachable", "Connection refused"), "does the node run?"),
        (FetchFailed("status", "404"), "it answered with 404"),
        (FetchRefused("port", "9443"), "443 and 8443"),
        (FetchRefused("scheme", "http"), "https alone"),
        (FetchRefused("address", "10.0.0.1"), "leads to 10.0.0.1"),
        (FetchRefused("redirect", "301"), "another address"),
        (GitFailed("push", 1, "fatal: write error: No space left on device"), "disk is full"),
        (GitFailed("push", 1, "fatal: bad object"), "git push ended with 1: fatal: bad object"),
    ],
)
def test_what_stands_in_the_way_is_said_in_a_sentence(error: DomainError, said: str) -> None:
    assert said in str(error)
    assert "('" not in str(error)
