"""Frozen values, error codes and events: what every ring of the identity provider speaks of."""
