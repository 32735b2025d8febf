"""Whose key it is: identifiers to controller documents, method URLs to keys.

retrieve(method_url, relationship, env)           CID 1.0 §3.3, for proofs
retrieve_kid(kid, relationship, issuer, env)      for tokens: JWKs by URL and JWK sets too
retrieve_jwk(jwk, relationship, issuer, env)      the key that a token brings with it
only_key(issuer, relationship, env)               for a token that names no key
Lookup                                            the surroundings of one run
Resolver, installed_resolvers()                   DID methods
"""

from vcverify.identifiers.base import ControllerCache, Lookup, Resolver, VerificationMethod
from vcverify.identifiers.header_keys import only_key, retrieve_jwk
from vcverify.identifiers.key_sets import retrieve_kid, shares_authority
from vcverify.identifiers.resolvers import installed_resolvers
from vcverify.identifiers.retrieve import RELATIONSHIPS, retrieve

__all__ = [
    "RELATIONSHIPS",
    "ControllerCache",
    "Lookup",
    "Resolver",
    "VerificationMethod",
    "installed_resolvers",
    "only_key",
    "retrieve",
    "retrieve_jwk",
    "retrieve_kid",
    "shares_authority",
]
