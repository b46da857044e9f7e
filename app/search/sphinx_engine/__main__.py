# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writes the configuration of a server: python -m app.search.sphinx_engine /var/lib/sphinxsearch/data 10.0.0.2:9306."""

import argparse
import sys

from app.search.sphinx_engine.layout import configuration

parser = argparse.ArgumentParser(prog="python -m app.search.sphinx_engine", description=__doc__)
parser.add_argument("folder", help="where the server keeps its tables; it must be able to write there")
parser.add_argument("listen", help="address and port at which the site reaches it")
given = parser.parse_args()
sys.stdout.write(configuration(given.folder, given.listen))
