"""Text to bytes: strict, bounded, and the same as the libraries where these are right."""

from __future__ import annotations

import base64
import hashlib

import base58
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vcverify.multiformats import (
    base58_decode,
    base58_encode,
    base64url_decode,
    base64url_encode,
    digest_multibase_matches,
    digest_sri_matches,
    encode_varint,
    multibase_decode,
    varint,
)
from vcverify.problems import ProblemError

BODY = b"what stands at the URL"


def code_of(error: pytest.ExceptionInfo[ProblemError]) -> str:
    return error.value.problem.code


@given(st.binary(max_size=100))
def test_base58_is_that_of_the_base58_library(data: bytes) -> None:
    """The decoder is ours for its speed only."""
    text = base58.b58encode(data).decode()
    assert base58_encode(data) == text
    assert base58_decode(text, limit=200) == data


@pytest.mark.parametrize("text", ["0", "O", "I", "l", "1 ", "1\n", "é", "\u0661", "+", "z-", "\0"])
def test_base58_has_no_other_characters(text: str) -> None:
    """Look-alikes, white space and other scripts' digits are not base58."""
    with pytest.raises(ProblemError) as error:
        base58_decode(text, limit=128, code="key.malformed", pointer="/proof")
    assert (code_of(error), error.value.problem.pointer) == ("key.malformed", "/proof")


@pytest.mark.parametrize("decode", [base58_decode, base64url_decode, multibase_decode])
def test_the_length_is_refused_before_the_text_is_read(decode: object) -> None:
    """Base58 is quadratic: a megabyte would take minutes."""
    with pytest.raises(ProblemError) as error:
        decode("z" * 129, limit=128)  # type: ignore[operator]
    assert code_of(error) == "limit.exceeded"
    assert decode("z" * 128, limit=128) is not None  # type: ignore[operator]


@given(st.binary(max_size=100))
def test_base64url_has_one_text_for_the_bytes(data: bytes) -> None:
    """A token that reads the same in two spellings could be told apart by others and not by us."""
    text = base64.urlsafe_b64encode(data).rstrip(b"=").decode()
    assert base64url_encode(data) == text
    assert base64url_decode(text) == base64url_decode(text.encode()) == data


@given(st.text(st.sampled_from("ABCDQgwxyz019-_"), max_size=12))
def test_base64url_accepts_exactly_what_it_writes(text: str) -> None:
    """Unused bits, impossible lengths: whatever decodes, encodes to itself."""
    try:
        data = base64url_decode(text)
    except ProblemError:
        assert len(text) % 4 == 1 or base64url_encode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) != text
    else:
        assert base64url_encode(data) == text


@pytest.mark.parametrize("text", ["QQ==", "QQ=", "Q", "QR", "Q+==", "a/b=", "QQ\n", " QQ", "QQ!", "QQé", "QU1\u0661"])
def test_base64url_is_strict(text: str) -> None:
    """RFC 7515 §2: no padding, no line breaks, no other alphabet, zero in the unused bits."""
    with pytest.raises(ProblemError) as error:
        base64url_decode(text)
    assert code_of(error) == "input.malformed"


def test_multibase_takes_only_the_bases_that_are_legal_here() -> None:
    """A proof value in another base has the same bytes and is still another text (DI-EDDSA §3.3.2)."""
    assert multibase_decode("z" + base58_encode(b"abc"), limit=99, bases="z") == b"abc"
    assert multibase_decode("u" + base64url_encode(b"abc"), limit=99, bases="zu") == b"abc"
    for text in ("u" + base64url_encode(b"abc"), "f616263", "", "Z", "\U0001f680"):
        with pytest.raises(ProblemError) as error:
            multibase_decode(text, limit=99, bases="z")
        assert code_of(error) == "proof.malformed"


@pytest.mark.parametrize("text", ["f61626", "fzz", "bAAAA1", "?abc", "f6162 63", "MYWJ", "k\u0661"])
def test_other_bases_are_refused_by_code_too(text: str) -> None:
    """What the multiformats library raises must not get out."""
    with pytest.raises(ProblemError) as error:
        multibase_decode(text, limit=99, code="related.digest")
    assert code_of(error) == "related.digest"


@given(st.integers(min_value=0, max_value=2**63 - 1))
def test_varints_have_one_form(value: int) -> None:
    """Two spellings of a multicodec would be two names of a key."""
    assert varint(encode_varint(value) + b"rest") == (value, b"rest")


@pytest.mark.parametrize("data", [b"", b"\x80", b"\xed\x81\x00", b"\x80\x00", b"\xff" * 9, b"\xff" * 9 + b"\x01"])
def test_other_varints_are_refused(data: bytes) -> None:
    """Unfinished, longer than needed, longer than nine bytes."""
    with pytest.raises(ProblemError) as error:
        varint(data)
    assert code_of(error) == "key.malformed"


def sri(name: str, body: bytes = BODY) -> str:
    return f"{name}-{base64.b64encode(hashlib.new(name, body).digest()).decode()}"


def multihash(code: int, name: str, body: bytes = BODY) -> bytes:
    digest = hashlib.new(name, body).digest()
    return encode_varint(code) + encode_varint(len(digest)) + digest


@pytest.mark.parametrize("name", ["sha256", "sha384", "sha512"])
def test_a_digest_sri_is_that_of_the_body(name: str) -> None:
    """VCDM 2.0 §5.3."""
    assert digest_sri_matches(BODY, sri(name))
    assert digest_sri_matches(BODY, sri(name) + "?ct=application/json")
    assert not digest_sri_matches(BODY + b" ", sri(name))


def test_the_strongest_function_of_a_digest_sri_decides() -> None:
    """SRI §3.3.4; a good weak digest does not mend a bad strong one, whatever their order."""
    assert not digest_sri_matches(BODY, f"{sri('sha256')} {sri('sha512', b'other')}")
    assert not digest_sri_matches(BODY, f"{sri('sha512', b'other')} {sri('sha256')}")
    assert digest_sri_matches(BODY, f"{sri('sha512', b'other')} {sri('sha512')}")
    assert digest_sri_matches(BODY, f"future-AAAA {sri('sha256')}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "sha256",
        "sha256-",
        "sha256-AAAA",
        "md5-" + "A" * 22 + "==",
        "sha256-!!!!",
        "sha256-A",
        "sha256-=",
        "x" * 2000,
    ],
)
def test_a_digest_sri_that_says_nothing_is_a_problem(text: str) -> None:
    """Browsers ignore such values; a verifier must not take them for agreement."""
    with pytest.raises(ProblemError) as error:
        digest_sri_matches(BODY, text)
    assert code_of(error) in {"related.digest", "limit.exceeded"}


@pytest.mark.parametrize(("code", "name"), [(0x12, "sha256"), (0x20, "sha384"), (0x13, "sha512"), (0x16, "sha3_256")])
def test_a_digest_multibase_is_that_of_the_body(code: int, name: str) -> None:
    """CID 1.0 §2.5, in either base."""
    data = multihash(code, name)
    for text in ("z" + base58_encode(data), "u" + base64url_encode(data), "f" + data.hex()):
        assert digest_multibase_matches(BODY, text)
        assert not digest_multibase_matches(BODY + b" ", text)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x12",
        b"\x12\x20" + bytes(31),
        b"\x12\x20" + bytes(33),
        b"\x12\x1f" + bytes(31),
        b"\xd5\x01\x10" + bytes(16),
        b"\x92\x00\x20" + bytes(32),
    ],
)
def test_a_multihash_of_another_form_is_a_problem(data: bytes) -> None:
    """A truncated digest is easier to meet; md5 is broken; a long varint is another spelling."""
    with pytest.raises(ProblemError) as error:
        digest_multibase_matches(BODY, "z" + base58_encode(data))
    assert code_of(error) == "related.digest"
