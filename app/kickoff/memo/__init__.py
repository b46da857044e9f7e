"""The reuse memo (Nachnutzungsvermerk): made at project start, exported, stored on request, compared later."""
