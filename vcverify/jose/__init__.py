"""JSON Object Signing as credentials use it: strict reading, header policy, claims, selective disclosure. Pure.

read_compact(token)          RFC 7515 compact serialization to its three parts, nothing lenient
header_problems(header)      what a header must not say (RFC 8725, Open Badges 3.0 §8.2)
read_contents(payload)       which document a payload carries, with what the claims say of it
claim_problems(contents)     claims that contradict it (Open Badges 3.0 §8.2.6, VC-JOSE-COSE §3.1)
disclose(payload, ...)       RFC 9901: the payload with its disclosures in their places, and how many there are not
binding_problems(...)        RFC 9901 §7.3: the key-binding token
read_data_url(url)           the token of an enveloped credential (VCDM 2.0 §4.13)
"""

from vcverify.jose.binding import Binding, Presented, binding_problems
from vcverify.jose.claims import claim_problems
from vcverify.jose.compact import Combined, Compact, read_compact, split_combined
from vcverify.jose.contents import Contents, read_contents
from vcverify.jose.data_urls import DataUrl, read_data_url
from vcverify.jose.disclosures import disclose
from vcverify.jose.header import header_problems, type_problems

__all__ = [
    "Binding",
    "Combined",
    "Compact",
    "Contents",
    "DataUrl",
    "Presented",
    "binding_problems",
    "claim_problems",
    "disclose",
    "header_problems",
    "read_compact",
    "read_contents",
    "read_data_url",
    "split_combined",
    "type_problems",
]
