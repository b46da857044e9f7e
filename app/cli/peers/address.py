# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Addresses of nodes as arguments."""

from __future__ import annotations

import click

from app.federation.issuer import Issuer, IssuerInvalid


class _Address(click.ParamType[Issuer]):
    name = "address"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Issuer:
        try:
            return Issuer.parse(value.rstrip("/"))
        except IssuerInvalid:
            self.fail("a node's address looks like https://erfahrungen.example, in lower case", param, ctx)


ADDRESS = _Address()
