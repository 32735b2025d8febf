"""Reading of status lists: bits, indexes, messages and names, without any trust."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest
from cases.keyring import b64url
from cases.lists import bits, encoded, gzipped
from hypothesis import given
from hypothesis import strategies as st

from vcverify import statuslists
from vcverify.limits import DEFAULT_LIMITS, Limits
from vcverify.problems import ProblemError
from vcverify.statuslists import Lists, decode_list, look_up, normal_id, read_index, read_message, revocations

URL = "https://issuer.example/list"


def code_of(error: pytest.ExceptionInfo[ProblemError]) -> str:
    return error.value.problem.code


def decode(text: str, *, multibase: bool = True, **limits: Any) -> bytes:
    return decode_list(text, Limits(**limits), multibase=multibase)


@given(st.binary(max_size=600))
def test_what_was_packed_is_unpacked(data: bytes) -> None:
    """By Python's own gzip and by that of the cases, in every form that lists come in."""
    for packed in (gzip.compress(data, mtime=0), gzipped(data)):
        assert decode("u" + b64url(packed)) == data
        assert decode(b64url(packed), multibase=False) == data
        assert decode(base64.b64encode(packed).decode(), multibase=False) == data


@pytest.mark.parametrize(
    "text",
    ["", "u", "z6Mk", "u====", "uAAAA", "u" + b64url(gzipped(b"a") * 2), "u" + b64url(gzipped(b"a"))[:-4]],
)
def test_what_is_no_list_is_refused(text: str) -> None:
    """Readers that take half of it differ in what they take."""
    with pytest.raises(ProblemError) as error:
        decode(text)
    assert code_of(error) == "status.malformed"


def test_inflation_stops_at_the_bound() -> None:
    """One byte past it is refused before it is made."""
    assert len(decode(encoded(bytes(1000)), status_list_inflated_bytes=1000)) == 1000
    with pytest.raises(ProblemError) as error:
        decode(encoded(bytes(1000)), status_list_inflated_bytes=999)
    assert code_of(error) == "limit.exceeded"
    with pytest.raises(ProblemError) as error:
        decode("u" + "A" * 300, status_list_bytes=100)
    assert code_of(error) == "limit.exceeded"


@given(
    st.integers(1, 64).flatmap(
        lambda size: st.tuples(
            st.just(size), st.dictionaries(st.integers(0, 63), st.integers(0, 2**size - 1), max_size=8)
        )
    )
)
def test_each_entry_has_its_own_value(sized: tuple[int, dict[int, int]]) -> None:
    """Entries follow each other, highest bit first, whatever their size."""
    size, values = sized
    data = bits(values, size=size, entries=64)
    assert [look_up(data, index, size) for index in range(64)] == [values.get(index, 0) for index in range(64)]


@pytest.mark.parametrize(("index", "size"), [(16, 1), (8, 2), (5, 3), (10**15 - 1, 64), (1, 64)])
def test_an_index_past_the_end_is_refused(index: int, size: int) -> None:
    """The last entry has to lie within the list with all its bits."""
    with pytest.raises(ProblemError) as error:
        look_up(bytes(2), index, size)
    assert code_of(error) == "status.malformed"


@given(st.integers(0, 10**15 - 1))
def test_indexes_are_read_in_ascii_digits(index: int) -> None:
    """As every writer has them."""
    assert read_index(str(index)) == index


@pytest.mark.parametrize("text", ["", "-1", "+1", " 1", "1 ", "1_0", "1.0", "٣", "²", "0x1", "1" * 16])
def test_other_numbers_are_no_indexes(text: str) -> None:
    """`int()` takes most of them."""
    with pytest.raises(ProblemError) as error:
        read_index(text)
    assert code_of(error) == "status.malformed"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0x0", 0),
        ("0x1f", 31),
        ("1F", 31),
        ("", None),
        ("x", None),
        ("0x", None),
        (" 1", None),
        ("0x" + "1" * 40, None),
    ],
)
def test_messages_name_their_value_in_hexadecimal(text: str, value: int | None) -> None:
    """Anything else is no value, and no reason to stop."""
    assert read_message(text) == value


def listed(*entries: Any, **members: Any) -> bytes:
    return json.dumps({"id": URL, "issuer": "did:example:i", "revokedCredential": list(entries), **members}).encode()


def test_an_entry_revokes_unless_it_says_otherwise() -> None:
    """`revoked` may be absent."""
    body = listed({"id": "urn:a"}, {"id": "urn:b", "revoked": True}, {"id": "urn:c", "revoked": False})
    assert set(revocations(body, URL, DEFAULT_LIMITS)[1]) == {"urn:a", "urn:b"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"revokedCredential": null}',
        json.dumps({"id": URL}).encode(),
        json.dumps({"id": URL, "issuer": None, "revokedCredential": []}).encode(),
        json.dumps({"id": URL, "issuer": "did:web:college.example", "revokedCredentials": []}).encode(),
        listed(id="https://other.example"),
        listed(id=7),
        listed("urn:a"),
        listed({"id": 7}),
        listed({"revoked": True}),
        listed({"id": "urn:a", "revoked": None}),
        listed({"id": "urn:a", "revoked": "false"}),
    ],
)
def test_what_is_no_revocation_list_is_refused(body: bytes) -> None:
    """An empty answer must not read as `nothing is revoked`."""
    with pytest.raises(ProblemError) as error:
        revocations(body, URL, DEFAULT_LIMITS)
    assert code_of(error) == "status.malformed"


def test_a_list_without_entries_revokes_nothing() -> None:
    """If it says that it is the list."""
    body = json.dumps({"id": URL, "issuer": "did:web:college.example"}).encode()
    assert revocations(body, URL, DEFAULT_LIMITS)[1] == {}


def test_a_large_list_is_refused_as_large() -> None:
    """Not as broken: the remedy is another."""
    with pytest.raises(ProblemError) as error:
        revocations(listed(), URL, Limits(status_list_bytes=10))
    assert code_of(error) == "limit.exceeded"


def test_ids_are_compared_decoded_and_trimmed() -> None:
    """As Open Badges 3.0 compares credentials."""
    assert normal_id(" urn%3Auuid:1\n") == normal_id("urn:uuid:1")


def test_each_list_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand members with one list must not inflate it a thousand times; failures are remembered too."""
    calls: list[str] = []

    def counted(encoded: str, *arguments: Any, **options: Any) -> bytes:
        calls.append(encoded)
        return decode_list(encoded, *arguments, **options)

    monkeypatch.setattr(statuslists, "decode_list", counted)
    lists = Lists()
    good = encoded(bytes(100))
    for _ in range(3):
        assert lists.bits(URL, good, DEFAULT_LIMITS, multibase=True) == bytes(100)
        with pytest.raises(ProblemError):
            lists.bits("other", "u", DEFAULT_LIMITS, multibase=True)
    assert calls == [good, "u"]
    first = lists.revocations(URL, listed(), DEFAULT_LIMITS)
    assert lists.revocations(URL, b"not read again", DEFAULT_LIMITS) is first


def test_all_lists_of_a_run_share_one_bound() -> None:
    """Thirty lists at the bound of one would be half a gigabyte."""
    limits, lists = Limits(status_list_inflated_bytes=150), Lists()
    assert lists.bits("a", encoded(bytes(100)), limits, multibase=True)
    assert lists.bits("b", encoded(bytes(50)), limits, multibase=True)
    with pytest.raises(ProblemError) as error:
        lists.bits("c", encoded(bytes(1)), limits, multibase=True)
    assert code_of(error) == "limit.exceeded"
