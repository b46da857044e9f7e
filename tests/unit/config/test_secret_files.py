from __future__ import annotations

from app.shared.config import Settings
from app.shared.config.load import SECRET_FILES


def test_every_setting_that_names_a_secret_file_is_looked_at_and_backed_up() -> None:
    assert set(SECRET_FILES) == {name for name in Settings.model_fields if name.endswith("_file")}
