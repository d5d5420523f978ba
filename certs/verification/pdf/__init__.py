"""Reads PDF files into facts: fields, byte ranges, later changes. It decides nothing."""

from certs.verification.pdf.reader import only_signed, read, reference_of

__all__ = ["only_signed", "read", "reference_of"]
