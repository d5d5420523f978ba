"""What every other room of `certs` stands on: time and chance, digests, errors, names, DER."""
