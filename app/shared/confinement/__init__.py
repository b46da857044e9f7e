"""Runs what a stranger's input can make heavy in a process of its own, in one of a few places that a whole node shares.

The process may take only so much memory and computing, and gives both back when it ends. What takes long because there
are many records is done in a thread of its own (`Background`), so that nobody waits for it for long.
"""

from app.shared.confinement.background import Background, StillReading
from app.shared.confinement.calling import Confinement, Crashed, Exhausted, Limits, WorkFailed
from app.shared.confinement.places import Busy, Threads

__all__ = [
    "Background",
    "Busy",
    "Confinement",
    "Crashed",
    "Exhausted",
    "Limits",
    "StillReading",
    "Threads",
    "WorkFailed",
]
