# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Makes the list of places that comes with the program: app/kickoff/places/data/places.csv."""
