from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from app.web.identity import oidc_client
from tests.oidc import site as running
from tests.oidc.browser import Browser
from tests.oidc.site import Site


@pytest.fixture(scope="session")
def running_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running.running_site(tmp_path_factory.mktemp("oidc")) as site:
        yield site


@pytest.fixture
def site(running_site: Site) -> Site:
    """The node with honest providers, whatever the test before made of them."""
    for provider in (running_site.town, running_site.association):
        provider.reset()
    running_site.clock.ahead = timedelta()
    # Whatever was read of them before is forgotten.
    oidc_client.register(running_site.app, running_site.services.identity.providers, running_site.clock)
    return running_site


@pytest.fixture
def reader(site: Site) -> Browser:
    return Browser(site.address)


@pytest.fixture
def new_browser(site: Site) -> Callable[[], Browser]:
    return lambda: Browser(site.address)
