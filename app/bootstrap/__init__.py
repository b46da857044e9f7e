# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The composition root: settings in, wired services out."""

from app.bootstrap.node import Node, NodeState
from app.bootstrap.services import Services
from app.bootstrap.wiring import bootstrap

__all__ = ["Node", "NodeState", "Services", "bootstrap"]
