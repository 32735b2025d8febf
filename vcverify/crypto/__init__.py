"""Public keys: read strictly from every form in which issuers publish them, and asked one question.

    PublicKey.from_multikey     `z6Mk...` (CID 1.0 §2.2.2, did:key)
    PublicKey.from_multicodec   its bytes
    PublicKey.from_base58       raw key material of older verification method types
    PublicKey.from_jwk          a JSON Web Key (RFC 7517)
    key.verifies(signature, message, algorithm)

    PrivateKey.generate, read   in `private`: imported by what signs, and by nothing that verifies

The key's own kind decides which algorithms it takes; a header only has to agree. Keys are cached by
their bytes: the members of a record repeat their issuers' keys.
"""

from vcverify.crypto.jwk import thumbprint
from vcverify.crypto.keys import PublicKey, is_known_algorithm
from vcverify.crypto.material import KeyKind

__all__ = ["KeyKind", "PublicKey", "is_known_algorithm", "thumbprint"]
