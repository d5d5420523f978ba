"""The endpoints of OAuth and OpenID Connect, one file each."""
