# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The engine on servers of its own: what speaks SphinxQL (Sphinx, Manticore) gives candidates and counts facets.

The best candidates are scored as everywhere, over what the servers keep of each. It needs
`.venv/bin/pip install -e '.[sphinx]'`.
"""

from app.search.sphinx_engine.index import SphinxIndex

__all__ = ["SphinxIndex"]
