"""All addresses of those who look after records: importing the views puts them on their blueprints."""

from __future__ import annotations

from app.web.curating import audit_log, decisions, merge, notices, overdue, proposal, queue, record_actions, twins

VIEWS = (queue, proposal, decisions, merge)
BLUEPRINTS = tuple(each.blueprint for each in (queue, record_actions, notices, overdue, twins, audit_log))
