# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the node knows as linked data: its catalogue (DCAT-AP.de) and its terms (SKOS), and links between the forms."""
