"""The design system: languages, page shell, style sheet, page security, safe text, fonts.

Shared by every web service of the house as departments share a design system; it knows
nothing of identity, certificates or licences, and imports nothing of ours (ADR 0003).
"""
