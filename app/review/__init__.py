"""Proposals from writing through checks, discussion and decision to publication.

Callers use `app.review.service.ReviewService`; its values are in `models`, `submission` and `workflow`.
"""
