"""Runs work on untrusted input in separate processes, with a limit on how many run per node.

Each process has a limit on memory and computing time, and frees both when it ends. Work that takes long because there
are many records runs in a thread (`Background`), so that no request waits long for it.
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
