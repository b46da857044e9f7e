"""Proposals from writing through checks and decision to publication; use `app.review.service.ReviewService`."""
