"""The command on a machine whose clock is ahead: `python -m tests.hostilenode.wrong_clock SECONDS ARGUMENTS…`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from app.shared import clock

if __name__ == "__main__":
    ahead = timedelta(seconds=int(sys.argv.pop(1)))
    clock.utc_now = lambda: datetime.now(UTC) + ahead
    # Imported when the clock is wrong already: everybody takes it from there.
    from app.cli import main

    main()
