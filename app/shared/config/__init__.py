"""Settings of a node, from NODE_ environment variables and the file node.env in its data folder."""

from app.shared.config.load import SettingsInvalid, load_settings
from app.shared.config.settings import PROJECT_ROOT, Settings

__all__ = ["PROJECT_ROOT", "Settings", "SettingsInvalid", "load_settings"]
