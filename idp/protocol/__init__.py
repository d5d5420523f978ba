"""OAuth and OpenID Connect rules: pure, one file per endpoint or specification.

Rooms, low to high: `jose` (signed and encrypted tokens) < `client` (registration, profiles,
authentication) < `request` (what is asked, and how it is answered) < `token` (what is given for
it) < `session` (how it ends). `metadata` says what we are and stands above them all.
"""
