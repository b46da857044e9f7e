# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What this node once published and lost: finding it at others, stopping until it is back, bringing it back."""
