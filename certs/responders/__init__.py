"""Answers about certificates and about time: CRLs, OCSP, time stamps. Bytes in, bytes out."""
