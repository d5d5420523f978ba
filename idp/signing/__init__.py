"""Signing rules: what may be signed, what is covered, the activation."""
