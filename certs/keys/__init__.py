"""Private keys: what a signer is, key files, key quality, and the custody of citizens' keys."""
