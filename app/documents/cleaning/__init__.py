"""Pictures and files that people attach to a record: judged by what they contain, never by what they are called."""
