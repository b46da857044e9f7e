"""The places of records and hits on a map."""
