"""The journeys of OAuth and OpenID Connect: load, decide, apply."""
