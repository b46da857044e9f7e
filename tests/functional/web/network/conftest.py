from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import html

from tests.functional.web.conftest import OPERATOR
from tests.netnodes.filled import Filled, fill
from tests.webnode.checks import page_of

Page = Callable[..., html.HtmlElement]


@pytest.fixture(scope="session")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """A network that tests only read."""
    filled = fill(tmp_path_factory.mktemp("net"), **OPERATOR)
    yield filled
    filled.net.close()


@pytest.fixture
def net(tmp_path: Path) -> Iterator[Filled]:
    """A network that a test changes."""
    filled = fill(tmp_path, **OPERATOR)
    yield filled
    filled.net.close()


def read(client: FlaskClient, path: str, status: int = 200) -> html.HtmlElement:
    """Return a page after the checks that hold for every one."""
    return page_of(client.get(path), status)


def text_of(element: html.HtmlElement) -> str:
    """Return what readers see, in one line."""
    return " ".join(element.text_content().split())
