"""Persons without a password sign in nowhere but on one's own machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.identity.providers.provider import EXAMPLE_KEY
from app.shared.config import Settings, SettingsInvalid, load_settings
from app.wiring import Services

HERE = "http://127.0.0.1:9000"


def loaded(folder: Path, **values: object) -> Settings:
    return load_settings(data=folder, **{"example_provider": HERE, **values})


def test_node_on_this_machine_may_have_it(tmp_path: Path) -> None:
    services = Services(loaded(tmp_path))
    assert services.identity.providers.get(EXAMPLE_KEY).issuer == HERE
    services.close()


@pytest.mark.parametrize(
    "values",
    [
        {"host": "0.0.0.0"},
        {"host": "192.0.2.7"},
        {"issuer": "https://erfahrungen.example"},
        {"trusted_proxies": 1},
        {"example_provider": "https://anmeldung.example"},
    ],
    ids=str,
)
def test_node_that_others_can_reach_may_not(tmp_path: Path, values: dict[str, object]) -> None:
    with pytest.raises(SettingsInvalid) as refused:
        loaded(tmp_path, **values)
    assert [problem.variable for problem in refused.value.problems] == ["NODE_EXAMPLE_PROVIDER"]
