"""Replay: real trades from files, run through the very same commands as live ones."""
