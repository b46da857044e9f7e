"""The validator of the official register of OAI-PMH repositories, where it is at hand.

OAIPMH_VALIDATOR names a checkout of github.com/zimeon/oaipmh-validator; it needs Perl and the modules it lists.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def test_the_official_validator_finds_the_node_compliant(url: str) -> None:
    folder = os.environ.get("OAIPMH_VALIDATOR", "")
    if not folder:
        pytest.skip("NOT RUN: OAIPMH_VALIDATOR does not name a checkout of the validator")
    program = ["perl", "-Ilib", "oaipmh-validator.pl", f"{url}/oai"]
    done = subprocess.run(program, cwd=Path(folder), capture_output=True, text=True, timeout=300, check=False)
    assert "is COMPLIANT" in done.stdout, done.stdout + done.stderr
