"""What every package may use: errors, clock, settings, log, sentences for people, work in a process of its own."""
