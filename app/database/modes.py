"""What a transaction promises, as execution options of the connection that it runs on."""

from __future__ import annotations

READ_ONLY = "enet_read_only"
"""It does not write."""
BESIDE = "enet_beside"
"""It stays right whatever others write meanwhile, so it need not wait for them."""
