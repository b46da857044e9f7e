"""The object a WSGI server calls (`gunicorn app.wsgi:application`); `erfahrungsnetz run` makes the node before."""

from app.shared import log
from app.shared.config import load_settings
from app.web.factory import create_app, read_templates
from app.web.map.view import warm_up
from app.wiring import Services

_settings = load_settings()
log.configure(_settings.log_level, _settings.log_format)
_services = Services(_settings).complete()
_services.warm_up()
application = create_app(_services)
read_templates(application)
warm_up(application)
