"""All addresses below `/beitragen`: importing the views puts them on the blueprint."""

from app.web.contributing import attachments, from_file, merge, one_part, preview, send, start, step
from app.web.contributing.blueprint import blueprint

VIEWS = (start, from_file, step, attachments, preview, merge, one_part, send)
__all__ = ["VIEWS", "blueprint"]
