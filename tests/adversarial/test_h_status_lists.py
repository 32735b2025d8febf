"""Family H of the catalogue: status entries and lists that would let a revoked credential pass."""

from __future__ import annotations

import base64
import functools
import gzip
import json
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from cases.documents import COLLEGE, CREDENTIALS, GUILD, STRANGER, badge, signed_clr
from cases.keyring import b64url
from cases.lists import LIST, bits, encoded, entry, gzipped, list_2021, revocation_list, signed_list, status_list
from cases.mutations import put, rekey
from cases.registry import Scenario
from cases.signing import Json, sign
from cases.tokens import token
from support.catalogue import Attacks, accepted, gaps, rejected, table
from support.confined import Confinement

ATTACKS = Attacks("h")
SET = {7: 1}
"""The entry that every badge here has."""

# --- entries --------------------------------------------------------------------------------------


def plain(**members: Any) -> Json:
    return {name: value for name, value in (entry("7") | members).items() if value is not None}


_ENTRIES: dict[str, Any] = {
    "index_missing": plain(statusListIndex=None),
    "index_negative": plain(statusListIndex="-1"),
    "index_minus_zero": plain(statusListIndex="-0"),
    "index_beyond": plain(statusListIndex="1000000"),
    "index_at_the_end": plain(statusListIndex="131072"),
    "index_spaces": plain(statusListIndex=" 7 "),
    "index_plus": plain(statusListIndex="+7"),
    "index_underscore": plain(statusListIndex="0_7"),
    "index_arabic_indic": plain(statusListIndex="\u0667"),
    "index_full_width": plain(statusListIndex="\uff17"),
    "index_superscript": plain(statusListIndex="\u2077"),
    "index_circled": plain(statusListIndex="\u2466"),
    "index_hexadecimal": plain(statusListIndex="0x7"),
    "index_exponent": plain(statusListIndex="7e0"),
    "index_fraction": plain(statusListIndex="7.0"),
    "index_empty": plain(statusListIndex=""),
    "index_newline": plain(statusListIndex="7\n"),
    "index_nul": plain(statusListIndex="7\x00"),
    "index_true": plain(statusListIndex=True),
    "index_false": plain(statusListIndex=False),
    "index_float": plain(statusListIndex=7.5),
    "index_5000_digits": plain(statusListIndex="7" * 5_000),
    "index_5000_zeros": plain(statusListIndex="0" * 5_000 + "7"),
    "index_two": plain(statusListIndex=["8", "7"]),
    "index_object": plain(statusListIndex={"@value": "7", "@language": "en"}),
    "index_id": plain(statusListIndex={"id": "urn:x:8"}),
    "purpose_missing": plain(statusPurpose=None),
    "purpose_empty": plain(statusPurpose=""),
    "purpose_other": plain(statusPurpose="suspension"),
    "purpose_in_capitals": plain(statusPurpose="Revocation"),
    "purpose_space": plain(statusPurpose="revocation "),
    "purpose_two": plain(statusPurpose=["message", "revocation"]),
    "purpose_unknown": plain(statusPurpose="ministry"),
    "purpose_refresh": plain(statusPurpose="refresh"),
    "url_missing": plain(statusListCredential=None),
    "url_two": plain(statusListCredential=[LIST, LIST + "/clear"]),
    "url_relative": plain(statusListCredential="/status/3"),
    "url_fragment": plain(statusListCredential=LIST + "#list"),
    "url_query": plain(statusListCredential=LIST + "?fresh=1"),
    "url_capitals": plain(statusListCredential=LIST.replace("college", "COLLEGE")),
    "url_port": plain(statusListCredential=LIST.replace(".example", ".example:443")),
    "url_user": plain(statusListCredential=LIST.replace("//", "//a@")),
    "url_http": plain(statusListCredential=LIST.replace("https", "http")),
    "url_ftp": plain(statusListCredential=LIST.replace("https", "ftp")),
    "url_file": plain(statusListCredential="file:///etc/passwd"),
    "url_data": plain(statusListCredential="data:application/json,{}"),
    "url_javascript": plain(statusListCredential="javascript:alert(1)"),
    "url_internal": plain(statusListCredential="https://169.254.169.254/status"),
    "url_loopback": plain(statusListCredential="https://127.0.0.1/status"),
    "url_of_a_did": plain(statusListCredential=COLLEGE.did),
    "url_long": plain(statusListCredential=LIST + "/" + "x" * 100_000),
    "size_zero": plain(statusSize=0),
    "size_two": plain(statusSize=2),
    "size_negative": plain(statusSize=-1),
    "size_fraction": plain(statusSize=1.5),
    "size_huge": plain(statusSize=2**50),
    "size_text": plain(statusSize="one"),
    "size_true": plain(statusSize=True),
    "type_unknown": plain(type="MinistryStatus2030"),
    "type_missing": plain(type=None),
    "type_two": plain(type=["BitstringStatusListEntry", "StatusList2021Entry"]),
    "type_in_capitals": plain(type="BITSTRINGSTATUSLISTENTRY"),
    "type_older": plain(type="StatusList2021Entry"),
    "type_oldest": plain(type="RevocationList2020Status"),
    "type_of_1edtech": {"id": LIST, "type": "1EdTechRevocationList"},
    "text": LIST,
    "text_of_the_entry": f"{LIST}#7",
    "text_prose": "revoked",
    "number": 7,
    "true": True,
    "id_alone": {"id": f"{LIST}#7"},
    "unknown_beside_known": [plain(statusListIndex="8"), {"id": "urn:x:y", "type": "MinistryStatus2030"}],
    "second_set": [plain(id=None, statusListIndex="8"), plain(id=None)],
    "many": [plain(id=f"urn:x:{n}", statusListCredential=f"https://college.example/status/{n}") for n in range(500)],
    "array_in_array": [[plain()]],
    "context_null": {**plain(), "@context": None},
    "context_redefining": {**plain(), "@context": {"statusListIndex": "https://example.org/other"}},
}  # fmt: skip
"""Entries under a signature; the list has the seventh bit set, for revocation."""


def _entry(name: str, suite: str) -> Scenario:
    unsigned = badge(credentialStatus=_ENTRIES[name])
    try:
        document = sign(unsigned, COLLEGE, suite)
    except Exception:
        document = {**unsigned, "proof": sign(badge(), COLLEGE, suite)["proof"]}
    world = {LIST: signed_list(SET), LIST + "/clear": signed_list(url=LIST + "/clear")}
    return Scenario(document=document, resources=world, expect=rejected())


for _name in _ENTRIES:
    ATTACKS.add(f"entry_{_name}", partial(_entry, _name, "eddsa-rdfc-2022"))
    ATTACKS.add(f"entry_{_name}_in_signed_json", partial(_entry, _name, "eddsa-jcs-2022"))


def _in_token(name: str) -> Scenario:
    unsigned = badge(credentialStatus=_ENTRIES[name])
    return Scenario(document=token(unsigned, COLLEGE), resources={LIST: signed_list(SET)}, expect=rejected())


for _name in _ENTRIES:
    ATTACKS.add(f"entry_{_name}_in_a_token", partial(_in_token, _name))

# --- lists ----------------------------------------------------------------------------------------


@functools.cache
def bomb() -> str:
    """100 MiB of zeros."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    parts = [packer.compress(bytes(1 << 20)) for _ in range(100)]
    return "u" + b64url(b"".join(parts) + packer.flush())


def listed(value: Any = None, **members: Any) -> Json:
    """A signed list with this `encodedList` (one with the bit set unless given)."""
    subject = {} if value is None else {"encodedList": value}
    return sign(status_list(SET, subject=subject | members.pop("subject", {}), **members), COLLEGE)


CLEAR, FULL = gzipped(bits()), gzipped(bits(SET))

_LISTS: dict[str, Callable[[], Any]] = {
    "set": listed,
    "bomb": lambda: listed(bomb()),
    "bomb_of_members": lambda: listed("u" + b64url(CLEAR * 60)),
    "two_members_clear_first": lambda: listed("u" + b64url(CLEAR + FULL)),
    "two_members_half_each": lambda: listed("u" + b64url(gzip.compress(bits()[:8192]) + gzip.compress(bits()[8192:]))),
    "trailing_garbage": lambda: listed("u" + b64url(CLEAR + b"x")),
    "trailing_zeros": lambda: listed("u" + b64url(CLEAR + bytes(8))),
    "cut_short": lambda: listed("u" + b64url(CLEAR[:-9])),
    "wrong_checksum": lambda: listed("u" + b64url(CLEAR[:-8] + bytes(4) + CLEAR[-4:])),
    "wrong_length": lambda: listed("u" + b64url(CLEAR[:-4] + bytes(4))),
    "zlib": lambda: listed("u" + b64url(zlib.compress(bits()))),
    "deflate": lambda: listed("u" + b64url(zlib.compress(bits())[2:-4])),
    "uncompressed": lambda: listed("u" + b64url(bits())),
    "no_multibase": lambda: listed(b64url(CLEAR)),
    "other_multibase": lambda: listed("z" + b64url(CLEAR)),
    "standard_base64": lambda: listed(base64.b64encode(CLEAR).decode() + "=="),
    "padded": lambda: listed("u" + base64.urlsafe_b64encode(CLEAR + b"").decode() + "="),
    "junk": lambda: listed("u" + "!" + b64url(CLEAR)),
    "newlines": lambda: listed("u" + "\n".join([b64url(CLEAR)[:9], b64url(CLEAR)[9:]])),
    "empty": lambda: listed("u"),
    "no_text": lambda: listed(""),
    "two": lambda: listed([encoded(bits()), encoded(bits(SET))]),
    "number": lambda: listed(5),
    "short": lambda: listed(encoded(bits(entries=1_024))),
    "no_entries": lambda: listed(encoded(b"")),
    "other_purpose": lambda: listed(purpose="suspension"),
    "no_purpose": lambda: listed(subject={"statusPurpose": None}),
    "purpose_empty": lambda: listed(purpose=[]),
    "purpose_in_capitals": lambda: listed(purpose="REVOCATION"),
    "of_two_purposes": lambda: listed(purpose=["suspension", "revocation"]),
    "by_stranger": lambda: sign(status_list(), STRANGER),
    "of_stranger": lambda: sign(status_list(issuer=STRANGER), STRANGER),
    "of_guild": lambda: sign(status_list(issuer=GUILD), GUILD),
    "unsigned": status_list,
    "proof_empty": lambda: {**status_list(), "proof": []},
    "proof_null": lambda: {**status_list(), "proof": None},
    "tampered": lambda: put(listed(), "/credentialSubject/encodedList", encoded(bits())),
    "other_url": lambda: sign(status_list(url=LIST + "/other"), COLLEGE),
    "url_with_slash": lambda: sign(status_list(url=LIST + "/"), COLLEGE),
    "no_url": lambda: sign(status_list(url=None), COLLEGE),
    "expired": lambda: sign(status_list(validUntil="2026-02-01T00:00:00Z"), COLLEGE),
    "not_yet": lambda: sign(status_list(validFrom="2027-02-01T00:00:00Z"), COLLEGE),
    "expired_hidden": lambda: rekey(
        sign(status_list(validUntil="2026-02-01T00:00:00Z"), COLLEGE), "/validUntil", CREDENTIALS + "validUntil",
        {"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": "2026-02-01T00:00:00Z"},
    ),
    "with_status_of_itself": lambda: sign(status_list(credentialStatus=entry("9")), COLLEGE),
    "with_schema": lambda: listed(credentialSchema={"id": "https://college.example/x", "type": "JsonSchema"}),
    "size_in_list": lambda: listed(encoded(bits({7: 1}, size=2)), subject={"statusSize": 2}),
    "two_subjects": lambda: sign(
        {**status_list(), "credentialSubject": [status_list()["credentialSubject"], status_list(SET)["credentialSubject"]]},
        COLLEGE,
    ),
    "without_type": lambda: sign({**status_list(), "type": ["VerifiableCredential"]}, COLLEGE),
    "list_without_type": lambda: listed(subject={"type": None}),
    "of_2021": list_2021,
    "of_1edtech": revocation_list,
    "undefined_member": lambda: {**sign(status_list(), COLLEGE), "note": "clear"},
    "badge": lambda: sign(badge(id=LIST), COLLEGE),
    "record": lambda: signed_clr([sign(status_list(), COLLEGE)], id=LIST),
    "array": lambda: [sign(status_list(), COLLEGE)],
    "nothing": dict,
    "null": lambda: None,
    "html": lambda: {"base64": base64.b64encode(b"<html>").decode(), "mediaType": "text/html"},
    "mark": lambda: {"base64": base64.b64encode(b"\xef\xbb\xbf" + json.dumps(sign(status_list(), COLLEGE)).encode()).decode()},
    "large": lambda: {"base64": base64.b64encode(b" " * (5 << 20) + json.dumps(sign(status_list(), COLLEGE)).encode()).decode()},
    "nested_arrays": lambda: {"base64": base64.b64encode(b"[" * 900_000).decode()},
}  # fmt: skip
"""What stands at the list's URL. Where it could be read, the bit is clear but for the signed ones above."""


def _list(name: str) -> Scenario:
    document = sign(badge(credentialStatus=entry("7")), COLLEGE)
    return Scenario(document=document, resources={LIST: _LISTS[name]()}, expect=rejected())


for _name in _LISTS:
    if _name != "null":
        ATTACKS.add(f"list_{_name}", partial(_list, _name))


@ATTACKS
def value_of_two_bits() -> Scenario:
    """Entries of two bits: the seventh stands at bits 14 and 15, not at 7."""
    document = sign(badge(credentialStatus=plain(statusSize=2)), COLLEGE)
    listing = signed_list({7: 2}, size=2, entries=131_072)
    return Scenario(document=document, resources={LIST: listing}, expect=rejected())


@ATTACKS
def neighbours_of_two_bits() -> Scenario:
    """The bits of the fourth entry are set, among them bit 7: the seventh is clear."""
    messages = [{"status": "0x0", "message": "good"}, {"status": "0x1", "message": "bad"},
                {"status": "0x2", "message": "worse"}, {"status": "0x3", "message": "worst"}]  # fmt: skip
    status = plain(statusSize=2, statusMessage=messages, statusPurpose="revocation")
    listing = signed_list({3: 3}, size=2, entries=131_072)
    return Scenario(
        document=sign(badge(credentialStatus=status), COLLEGE), resources={LIST: listing}, expect=accepted()
    )


@ATTACKS
def list_in_the_credential() -> Scenario:
    """The badge brings its own list, as evidence, under the list's URL: nothing is loaded from a credential."""
    inside = {**sign(status_list(), COLLEGE), "type": ["VerifiableCredential", "Evidence"]}
    document = sign(badge(credentialStatus=entry("7"), evidence=[{"id": LIST, "type": ["Evidence"]}]), COLLEGE)
    return Scenario(document={**document, "evidence": [inside]}, expect=rejected())


@ATTACKS
def suspension() -> Scenario:
    """A suspension bit is set."""
    document = sign(badge(credentialStatus=entry("7", "suspension")), COLLEGE)
    return Scenario(
        document=document, resources={LIST: signed_list(SET, purpose="suspension")}, expect=rejected("status.suspended")
    )


@ATTACKS
def control() -> Scenario:
    """The bit is clear: nothing else is wrong with all of these."""
    document = sign(badge(credentialStatus=entry("7")), COLLEGE)
    return Scenario(document=document, resources={LIST: signed_list({8: 1})}, expect=accepted())


SHOWN = table("""
H00  status-clear-json status-clear-statements #control
H01  status-revoked-json status-revoked-statements #list_set
H02  status-list-bomb #list_bomb
H03  status-entry-index-beyond #entry_index_beyond #entry_index_at_the_end
H04  status-entry-index-negative #entry_index_negative
H05  status-entry-index-spaces status-entry-index-plus status-entry-index-underscore
H06  status-entry-index-arabic-indic #entry_index_full_width
H08  status-entry-index-true #entry_index_true
H09  status-entry-index-five-thousand-digits #entry_index_5000_zeros
H10  status-entry-index-missing #entry_index_missing
H11  status-list-purpose-mismatch #list_other_purpose
H12  status-list-list-without-purpose #list_no_purpose
H15  status-list-list-by-stranger #list_by_stranger
H16  status-list-list-unsigned #list_unsigned
H20  status-list-list-swapped #list_other_url
H22  status-entry-size-2-value-1 #value_of_two_bits
H23  status-list-size-in-list #list_size_in_list
H25  status-list-encoded-no-multibase #list_no_multibase
H26  status-list-encoded-padded #list_standard_base64 #list_junk
H27  status-list-encoded-two-gzip-members #list_two_members_clear_first
H29  status-list-encoded-trailing-garbage #list_trailing_garbage
H30  status-list-list-with-status #list_with_status_of_itself
H31  status-unknown-type #entry_type_unknown
H32  status-known-and-unknown #entry_unknown_beside_known
H33  status-nothing-null status-nothing-empty-array status-empty-object
H34  status-url-only status-text-only #entry_text
H35  status-five-hundred #entry_many
H36  status-list-url-http #entry_url_http adversarial/test_network.py::test_a_url_that_is_not_asked_for
H37  status-list-url-link-local #entry_url_internal adversarial/test_network.py::test_a_credential_that_names_what_is_not_asked
H38  status-list-url-file status-list-url-data #entry_url_file #entry_url_data
H39  status-suspended #suspension
H40  status-refresh status-entry-message
H41  status-purposes-of-list
""")


def test_every_line_is_shown() -> None:
    """A line without an attack is a promise that nobody keeps."""
    assert not gaps("H", SHOWN, ATTACKS)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_judged_as_the_catalogue_says(name: str, confinement: Confinement) -> None:
    """In a process of its own, within 2 s of processor time and 256 MiB."""
    assert not confinement.judge(ATTACKS.case(name)).faults()
