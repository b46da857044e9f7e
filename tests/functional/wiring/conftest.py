from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.shared.config import Settings
from app.wiring import Services
from app.wiring.restore import Restored, restore_backup
from tests.webnode.node import make_node

PROVIDERS = """\
[[provider]]
key = "stadt"
issuer = "https://konto.musterstadt.example"
client_id = "erfahrungsnetz"
client_secret_file = "stadt.secret"
label = "Stadt Musterstadt"
"""


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Services]:
    services = make_node(tmp_path / "here")
    data = services.settings.data
    (data / "node.env").write_text("NODE_ISSUER=https://erfahrungen.example\n", encoding="utf-8")
    (data / "providers.toml").write_text(PROVIDERS, encoding="utf-8")
    (data / "stadt.secret").write_text("geheim", encoding="utf-8")
    services.follow()
    yield services
    services.close()


def settings_of(data: Path, **values: Any) -> Settings:
    return Settings.model_validate({"data": data, "issuer": "https://erfahrungen.example", **values})


def restored(backup: Path, data: Path, **values: Any) -> Restored:
    return restore_backup(backup, data, partial(settings_of, **values), lambda _step: lambda _done, _total: None)
