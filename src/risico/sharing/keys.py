"""The key pair of a region: its own file says who it is, and everybody can see that a file is of that region."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from risico.errors import MissingExtra, UnreadableFile, UsageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def new_key(region: str, folder: Path | str = ".") -> tuple[Path, str]:
    """Make the key pair of a region (Ed25519); return the file of the private key and the public key for the plan.

    The file can be read by its owner alone (0600). Raises UsageError when there is one already: whoever writes over a
    key can no longer sign as before.
    """
    if not region or not all(letter.isalnum() or letter in "-_" for letter in region):
        raise UsageError(f"A region has a name of letters, digits, - and _, as in the plan; '{region}' is none.")
    path = Path(folder) / f"{region}.key"
    kinds, serial = _kinds()
    key = kinds.Ed25519PrivateKey.generate()
    text = key.private_bytes(serial.Encoding.PEM, serial.PrivateFormat.PKCS8, serial.NoEncryption())
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(
            f"{path} is already there and was left alone. With another key the region would be another one.\n"
            "To begin anew, put the old file away first and write the new public key in the plan."
        ) from None
    return path, public(key)


def read_key(path: Path | str) -> Ed25519PrivateKey:
    """Return the private key in a file. Raises UnreadableFile, without a letter of what the file holds."""
    kinds, serial = _kinds()
    try:
        key = serial.load_pem_private_key(Path(path).read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        key = None
    if key is None or not isinstance(key, kinds.Ed25519PrivateKey):
        raise UnreadableFile(
            f"{path} is no private key of a region that can be read.\n"
            "Without it nobody can tell of which region a file is.\n"
            "Make one with: risico share --new-key REGION"
        )
    return key


def public(key: Ed25519PrivateKey) -> str:
    """Return the public key that belongs to a private one, as it stands in a plan."""
    _, serial = _kinds()
    raw = key.public_key().public_bytes(serial.Encoding.Raw, serial.PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def signed(key: Ed25519PrivateKey, text: bytes) -> str:
    """Return the signature of a text."""
    return base64.b64encode(key.sign(text)).decode()


def is_of(public_key: str, signature: str, text: bytes) -> bool:
    """Say whether a text was signed with the private key that belongs to this public one."""
    kinds, _ = _kinds()
    from cryptography.exceptions import InvalidSignature

    try:
        given = base64.b64decode(signature, validate=True)
        kinds.Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key)).verify(given, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def _kinds() -> tuple[Any, Any]:
    try:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError as error:
        raise MissingExtra("Signing the file of a region", "share") from error
    return ed25519, serialization
