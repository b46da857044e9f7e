# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the protocol calls errors: part of an answer, not of HTTP."""

from __future__ import annotations

from enum import StrEnum

from app.errors import Invalid


class Code(StrEnum):
    """The error codes of OAI-PMH 2.0, section 3.6, that this node gives."""

    BAD_ARGUMENT = "badArgument"
    BAD_RESUMPTION_TOKEN = "badResumptionToken"  # noqa: S105 - a code of the standard
    BAD_VERB = "badVerb"
    CANNOT_DISSEMINATE_FORMAT = "cannotDisseminateFormat"
    ID_DOES_NOT_EXIST = "idDoesNotExist"
    NO_RECORDS_MATCH = "noRecordsMatch"


class OaiError(Invalid):
    """A request that the protocol answers with an error; `text` explains it in English."""

    def __init__(self, code: Code, text: str) -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text
