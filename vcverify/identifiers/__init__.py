"""Whose key it is: identifiers to controller documents, method URLs to keys.

retrieve(method_url, relationship, env)           CID 1.0 §3.3, for proofs
retrieve_kid(kid, relationship, issuer, env)      for tokens: JWKs by URL and JWK sets too
Lookup                                            the surroundings of one run
Resolver, installed_resolvers()                   DID methods
"""

from vcverify.identifiers.base import ControllerCache, Lookup, Resolver, VerificationMethod
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
    "retrieve",
    "retrieve_kid",
    "shares_authority",
]
