"""Basics for every package: errors, clock, settings, log, translated sentences, work in separate processes."""
