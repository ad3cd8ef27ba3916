"""RSA2 as the open platform has it: SHA-256 with RSA over the parameters in order."""

import base64
import binascii
from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

SIGN_TYPE: Final = "RSA2"


class BadKey(ValueError):
    """A key that cannot be read; it is not shown."""


class Keys:
    """Our private key and Alipay's public one, as PEM or as the bare base64 that Alipay gives."""

    def __init__(self, ours: str, theirs: str) -> None:
        private, public = _private(ours), _public(theirs)
        if not isinstance(private, rsa.RSAPrivateKey) or not isinstance(public, rsa.RSAPublicKey):
            raise BadKey("RSA2 wants RSA keys")
        self._private, self._public = private, public

    def sign(self, text: str) -> str:
        """Our signature of a text."""
        signature = self._private.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return base64.b64encode(signature).decode()

    def signed_by_alipay(self, text: bytes, signature: str) -> bool:
        """Whether a signature of a text is Alipay's."""
        try:
            given = base64.b64decode(signature, validate=True)
            self._public.verify(given, text, padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True


def in_order(parameters: Mapping[str, str]) -> str:
    """What is signed of parameters: all that are not empty, by name."""
    return "&".join(f"{name}={value}" for name, value in sorted(parameters.items()) if value)


def _private(text: str) -> object:
    try:
        if "-----" in text:
            return serialization.load_pem_private_key(text.encode(), None)
        return serialization.load_der_private_key(base64.b64decode(text), None)
    except (ValueError, TypeError):
        raise BadKey("our private key cannot be read") from None


def _public(text: str) -> object:
    try:
        if "-----" in text:
            return serialization.load_pem_public_key(text.encode())
        return serialization.load_der_public_key(base64.b64decode(text))
    except (ValueError, TypeError):
        raise BadKey("Alipay's public key cannot be read") from None
