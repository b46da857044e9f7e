# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Commands around other nodes: whom to fetch from, fetching itself, and the process that does it by itself."""

from app.cli.peers.harvest import harvest
from app.cli.peers.manage import peers
from app.cli.peers.worker import worker

__all__ = ["harvest", "peers", "worker"]
