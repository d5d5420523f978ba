"""The PKI, alone: keys, profiles, issuing, status, time stamps, signing, verifying, the ledger."""
