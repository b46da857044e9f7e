"""Schema changes of the database, in order; `app.database.schema_version` runs them."""
