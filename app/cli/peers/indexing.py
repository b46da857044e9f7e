# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How commands that bring in records get at a node whose search can take them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.bootstrap import Services
from app.cli.node_session import Options, opened


@contextmanager
def ready(options: Options) -> Iterator[Services]:
    """Give the services of a filled node with its vocabularies read; raises NotInitialised."""
    with opened(options.settings()) as services:
        services.vocabularies.refresh()
        yield services
