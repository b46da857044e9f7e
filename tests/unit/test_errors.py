# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
from __future__ import annotations

import pickle

import pytest

from app.records.git.errors import GitFailed, ToolMissing
from app.review.errors import OutsideArea
from app.shared.errors import Invalid


def test_an_error_is_made_with_what_it_annotates_and_says_all_of_it() -> None:
    error = GitFailed("push", status=128, stderr="refused")
    assert (error.command, error.status, error.stderr) == ("push", 128, "refused")
    assert str(error) == "('push', 128, 'refused')"
    assert str(ToolMissing("git")) == "git"


def test_an_error_has_the_fields_of_the_one_that_it_narrows() -> None:
    error = OutsideArea("curate", before=True, after=False)
    assert (error.action, error.before, error.after) == ("curate", True, False)


def test_an_error_without_fields_takes_what_it_is_given() -> None:
    assert Invalid("anything").args == ("anything",)


def test_errors_are_told_apart_and_can_be_sent_to_another_process() -> None:
    error = GitFailed("push", status=128, stderr="refused")
    again = pickle.loads(pickle.dumps(error))
    assert vars(again) == vars(error)
    assert again != error
    assert len({error, again}) == 2


def test_a_field_without_a_default_must_be_given() -> None:
    with pytest.raises(TypeError):
        GitFailed("push")  # type: ignore[call-arg]  # that is the point
