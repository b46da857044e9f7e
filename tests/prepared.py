"""A node with the content of this repository, made once in a run and copied."""

import shutil
from pathlib import Path

from app.shared.config import PROJECT_ROOT, Settings
from app.wiring import Services
from app.wiring.node import Node
from tests.once import made_once


def seeded_node(settings: Settings) -> Services:
    """Return a node that has published the content of this repository; all nodes of one address have its keys."""

    def make(folder: Path) -> None:
        given = {"data": folder, "issuer": settings.issuer}
        services = Services(Settings.model_validate(given))
        Node(services).init(PROJECT_ROOT / "content", lambda _step: lambda _done, _all: None)
        services.close()

    shutil.copytree(made_once(f"seeded-{settings.issuer}", make), settings.data, dirs_exist_ok=True)
    services = Services(settings)
    services.vocabularies.refresh()
    return services
