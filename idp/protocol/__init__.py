"""OAuth and OpenID Connect rules: pure, one file per endpoint or specification."""
