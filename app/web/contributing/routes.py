"""All addresses below `/beitragen`: importing the views puts them on the blueprint."""

from app.web.contributing import attachments, from_file, merge, preview, send, start, step
from app.web.contributing.blueprint import blueprint

VIEWS = (start, from_file, step, attachments, preview, merge, send)

__all__ = ["VIEWS", "blueprint"]
