# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What other sites show of a record: a card in a frame, a badge of confirmed use, a QR code; and how they get it."""
