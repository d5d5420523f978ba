"""The register of certificates: what was applied for, issued, accepted, held and withdrawn."""
