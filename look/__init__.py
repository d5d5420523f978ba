"""The design system: one look, three languages, page security; used by every room with pages."""
