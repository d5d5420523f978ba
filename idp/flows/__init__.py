"""Journeys: load, decide, apply; one file each."""
