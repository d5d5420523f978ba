"""Approval rules: the moving code, the identification code, what was shown, who decides."""
