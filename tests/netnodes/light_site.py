"""The addresses for other nodes without the site around them, for tests with many nodes."""

from flask import Flask

from app.shared.errors import DomainError
from app.web.doors.federation import blueprint
from app.web.shell import access, errors, rate_limit, routing
from app.wiring import Services


def light_site(services: Services) -> Flask:
    """Return an application that other nodes can fetch from."""
    app = Flask(__name__, static_folder=None)
    app.config.update(TESTING=True)
    app.extensions[access.KEY] = services
    routing.register(app, services.schemas)
    rate_limit.register(app, 60, 1)
    app.register_error_handler(DomainError, lambda error: ("", errors.status_of(error)))
    app.register_blueprint(blueprint)
    return app
