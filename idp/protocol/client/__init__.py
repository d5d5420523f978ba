"""Who asks: registration, the profile that binds a client, and how it proves itself."""
