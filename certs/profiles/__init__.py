"""What each kind of certificate says: written as TOML, checked once, then frozen."""

from certs.profiles.profile import Profile, builtin, builtin_names, load

__all__ = ["Profile", "builtin", "builtin_names", "load"]
