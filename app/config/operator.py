# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who runs the node: what imprint, privacy page and accessibility statement have to name."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings

AccessibilityStatus = Literal["unassessed", "partial", "full"]


class OperatorSettings(BaseSettings):
    """Every field may be empty; the pages then show visibly that it is missing."""

    operator_name: str = Field("", description="Body that runs the node, for the imprint (§ 5 DDG)")
    operator_address: str = Field("", description="Postal address; lines separated by a comma")
    operator_email: str = Field("", description="E-mail address for quick contact")
    operator_phone: str = Field("", description="Telephone number")
    operator_represented_by: str = Field("", description="Office that represents the body, such as the mayor")
    operator_vat_id: str = Field("", description="VAT identification number, if the body has one")
    editor_in_charge: str = Field("", description="Person responsible for journalistic content (§ 18 MStV)")
    privacy_officer: str = Field("", description="How to reach the data protection officer")
    privacy_authority: str = Field("", description="Supervisory authority for complaints (Art. 77 GDPR)")
    accessibility_status: AccessibilityStatus = Field(
        "unassessed", description="Result of the last assessment: unassessed, partial or full"
    )
    accessibility_assessed_on: date | None = Field(None, description="Day of the last assessment, YYYY-MM-DD")
    accessibility_method: str = Field("", description="How it was assessed, such as a self-assessment")
    accessibility_gaps: str = Field("", description="Known barriers and the reasons for them")
    accessibility_email: str = Field("", description="Where barriers can be reported; empty means operator_email")
    accessibility_enforcement: str = Field("", description="Enforcement body of the state, with its address")
