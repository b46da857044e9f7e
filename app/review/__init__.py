"""Proposals and what becomes of them: writing, checks, discussion, decision, publication.

Callers use `app.review.service.ReviewService`; the values it takes and gives are in `app.review.model`.
"""
