"""The signing room: a process of its own, the only holder of the key-encryption key.

It makes citizens' keys, each sealed to one passkey, and signs with one for one document, once,
when the passkey's signature over what was shown says so. It trusts nothing that it is handed:
not the database, not the process that asks. It has no network and no other keys; so the time
stamp and the status evidence are added outside, over the signature value that it gives.

`process.py` is the side of the identity provider; the others run in the room.
"""

from idp.signing_room.process import RoomUnavailable, SigningRoomProcess

__all__ = ["RoomUnavailable", "SigningRoomProcess"]
