# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""HTTP and HTML: the only package that knows Flask. Views read, call one service, map and respond."""
