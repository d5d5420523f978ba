"""The identity provider: accounts, approvals, OpenID Connect, signing, pages and the phone app."""
