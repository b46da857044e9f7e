# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The door for assistants (Model Context Protocol): reading only, each answer names the version that it is from."""
