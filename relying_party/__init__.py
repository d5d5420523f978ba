"""What a department runs: the kit (login, form filling, signing, notices) and services on it."""
