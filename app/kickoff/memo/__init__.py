"""The reuse memo (Nachnutzungsvermerk): made at project start, exported, kept on wish, compared with today."""
