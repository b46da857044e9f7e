"""Pictures and attachments of other nodes' records: named by signed statements, fetched by the worker, kept by hash."""
