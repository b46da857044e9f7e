import pytest

from tests.webnode.clock import Clock
from tests.webnode.stored import BEGIN


@pytest.fixture
def clock() -> Clock:
    return Clock(BEGIN)
