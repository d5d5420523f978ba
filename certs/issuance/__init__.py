"""Issuing: a request, its lints, the single-use proof, and then the signature; the ceremony."""
