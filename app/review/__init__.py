# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Proposals and what becomes of them: writing, checks, discussion, decision, publication.

Callers use `app.review.service.ReviewService`; the values it takes and gives are in `app.review.model`.
"""
