"""Bench: repeatable loads on a fresh server, measured, recorded and drawn."""
