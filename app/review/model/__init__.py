"""What is no row: the workflow table, and a text on its way in. Tables lie in `app.review.models`."""
