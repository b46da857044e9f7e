"""Proposals and what becomes of them: writing, checks, discussion, decision, publication.

Callers use `app.review.service.ReviewService`; its values are in `models`, `submission` and `workflow`.
"""
