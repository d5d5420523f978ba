"""Certificates, paths to a listed anchor, and their status at a moment (RFC 5280)."""
