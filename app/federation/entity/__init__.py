# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who a node is: the entity configuration of OpenID Federation with keys, addresses and state."""

from app.federation.entity.configuration import (
    ENTITY_TYPE,
    LIFETIME,
    TYP,
    EntityConfiguration,
    EntityFacts,
    write_configuration,
)
from app.federation.entity.publishing import OwnConfiguration
from app.federation.entity.receiving import (
    CONFIGURATION_LIMIT,
    ConfigurationWrong,
    ReceivedConfiguration,
    VerifiedConfiguration,
    receive,
    verify,
)

__all__ = [
    "CONFIGURATION_LIMIT",
    "ENTITY_TYPE",
    "LIFETIME",
    "TYP",
    "ConfigurationWrong",
    "EntityConfiguration",
    "EntityFacts",
    "OwnConfiguration",
    "ReceivedConfiguration",
    "VerifiedConfiguration",
    "receive",
    "verify",
    "write_configuration",
]
