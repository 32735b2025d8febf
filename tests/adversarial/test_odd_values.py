"""Values of Python that no JSON says, and instants that no clock shows: refused by name, without exception or delay."""

from __future__ import annotations

import datetime
import decimal
import json
import types
from collections import ChainMap, OrderedDict
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from cases import documents as make
from support.simulator import AT, badge, fresh, loader, signed

import vcverify

Json = dict[str, Any]


@pytest.fixture(scope="module")
def verifier() -> vcverify.Verifier:
    return vcverify.Verifier(loader=loader())


def codes(report: vcverify.Report) -> set[str]:
    return {problem.code for problem in report.problems()}


class Unruly:
    """Raises from whatever one might call to say what it is."""

    def __repr__(self) -> str:
        raise RuntimeError

    __str__ = __repr__


class Nameless(type):
    """A metaclass that will not say the name of its classes."""

    def __getattribute__(cls, name: str) -> Any:
        if name == "__name__":
            raise RuntimeError
        return super().__getattribute__(name)


class Anonymous(metaclass=Nameless):
    pass


class UnrulyText(str):
    __slots__ = ()

    def __getitem__(self, key: Any) -> str:
        raise RuntimeError

    __str__ = encode = startswith = __getitem__  # type: ignore[assignment]


class UnrulyBytes(bytes):
    __slots__ = ()

    def __getitem__(self, key: Any) -> Any:
        raise RuntimeError

    decode = startswith = __len__ = __getitem__  # type: ignore[assignment]


class UnrulyDict(dict[str, Any]):
    def items(self) -> Any:
        raise RuntimeError

    get = __iter__ = __contains__ = items  # type: ignore[assignment]


class Derived(dict[str, Any]):
    pass


class Number(int):
    def __repr__(self) -> str:
        return "1e999"

    __str__ = __repr__


class Colour(StrEnum):
    RED = "red"


def itself() -> Json:
    document = fresh()
    document["evidence"] = document
    return document


def list_of_itself() -> Json:
    endless: list[Any] = []
    endless.append(endless)
    return {**fresh(), "evidence": endless}


def deep(levels: int) -> Json:
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return {**fresh(), "evidence": value}


def shared(levels: int, leaf: Any = "x") -> Json:
    """Small in memory, and 2 to the power of `levels` leaves as JSON."""
    value: Any = leaf
    for _ in range(levels):
        value = [value, value]
    return {**fresh(), "evidence": value}


REFUSED: dict[str, Callable[[], Any]] = {
    "nothing": lambda: None,
    "a number": lambda: 3,
    "a truth": lambda: True,
    "not a number": lambda: float("nan"),
    "a list": lambda: [fresh()],
    "a tuple": lambda: (fresh(),),
    "a path": lambda: Path("transcript.json"),
    "a generator": lambda: iter("x"),
    "an unruly object": Unruly,
    "an anonymous object": Anonymous,
    "a derived dict": lambda: Derived(fresh()),
    "an unruly dict": lambda: UnrulyDict(fresh()),
    "an ordered dict": lambda: OrderedDict(fresh()),
    "a chain of dicts": lambda: ChainMap(fresh()),
    "a view of a dict": lambda: types.MappingProxyType(fresh()),
    "a released view": lambda: _released(),
    "every second byte": lambda: memoryview(json.dumps(fresh()).encode())[::2],
    "text with a surrogate": lambda: '{"@context": "\ud800"}',
    "text with a byte order mark": lambda: "\ufeff{}",
    "no text": lambda: "",
    "no bytes": lambda: b"",
    "all bytes": lambda: bytes(range(256)) * 10,
    "an empty dict": dict,
    "a derived dict inside": lambda: {**fresh(), "issuer": Derived(fresh()["issuer"])},
    "a tuple inside": lambda: {**fresh(), "type": tuple(fresh()["type"])},
    "a set inside": lambda: {**fresh(), "type": set(fresh()["type"])},
    "derived text inside": lambda: {**fresh(), "name": UnrulyText("Soldering")},
    "a member of an enumeration": lambda: {**fresh(), "name": Colour.RED},
    "a derived number inside": lambda: {**fresh(), "name": Number(3)},
    "bytes inside": lambda: {**fresh(), "name": b"Soldering"},
    "a decimal inside": lambda: {**fresh(), "name": decimal.Decimal("1.0")},
    "a date inside": lambda: {**fresh(), "validUntil": datetime.datetime.now(datetime.UTC)},
    "a function inside": lambda: {**fresh(), "name": print},
    "an unruly object inside": lambda: {**fresh(), "name": Unruly()},
    "an anonymous object inside": lambda: {**fresh(), "name": Anonymous()},
    "NaN inside": lambda: {**fresh(), "name": float("nan")},
    "infinity inside": lambda: {**fresh(), "name": float("inf")},
    "a number of 5,000 digits": lambda: {**fresh(), "name": 10**5_000},
    "a number that others round": lambda: {**fresh(), "name": 2**53},
    "a surrogate inside": lambda: {**fresh(), "name": "\ud800"},
    "a number as a name": lambda: {**fresh(), 1: "x"},
    "a truth as a name": lambda: {**fresh(), True: "x"},
    "nothing as a name": lambda: {**fresh(), None: "x"},
    "a tuple as a name": lambda: {**fresh(), ("a", "b"): "x"},
    "an unruly name": lambda: {**fresh(), Unruly(): "x"},
    "derived text as a name": lambda: {UnrulyText(name): value for name, value in fresh().items()},
    "a surrogate as a name": lambda: {**fresh(), "\ud800": "x"},
    "itself": itself,
    "a list of itself": list_of_itself,
    "65 levels": lambda: deep(65),
    "100,000 levels": lambda: deep(100_000),
    "2^30 texts": lambda: shared(30),
    "2^60 texts": lambda: shared(60),
    "2^15 long texts": lambda: shared(15, "x" * 100_000),
    "2^16 long numbers": lambda: shared(16, 10**4_000),
}


def _released() -> memoryview:
    view = memoryview(b"{}")
    view.release()
    return view


@pytest.mark.parametrize("what", REFUSED)
def test_odd_values_are_refused_by_name(what: str, verifier: vcverify.Verifier) -> None:
    """What JSON cannot say, or only at great length, is the caller's mistake, and no exception, hang or bug."""
    report = verifier.verify(REFUSED[what](), at=AT)
    assert report.outcome == "failed"
    assert codes(report) <= {"input.malformed", "limit.exceeded"}
    json.dumps(report.to_dict())
    str(report)


@pytest.mark.parametrize(
    "how",
    [
        bytes,
        bytearray,
        memoryview,
        UnrulyBytes,
        lambda data: data.decode(),
        lambda data: UnrulyText(data.decode()),
        lambda data: json.loads(data),
        lambda data: b"\n\t " + data + b"\r\n",
    ],
)
def test_the_same_document_in_any_dress_has_the_same_report(
    how: Callable[[bytes], Any], verifier: vcverify.Verifier
) -> None:
    """Bytes, text and dicts say the same, and types derived from them are read by what they hold."""
    data = json.dumps(fresh()).encode()
    assert verifier.verify(how(data), at=AT).to_dict() == verifier.verify(data, at=AT).to_dict()


def test_a_value_may_stand_in_several_places(verifier: vcverify.Verifier) -> None:
    """Programs share objects; only what they would be as JSON counts."""
    issuer = make.profile(make.COLLEGE)
    document = badge(credentialStatus=None)
    document["issuer"] = issuer
    document["credentialSubject"]["achievement"]["creator"] = issuer
    document = signed(document)
    document["credentialSubject"]["achievement"]["creator"] = document["issuer"]
    assert verifier.verify(document, at=AT).verified


@pytest.mark.parametrize(
    ("instant", "outcome"),
    [
        ("0001-01-01T00:00:00+00:00", "failed"),
        ("1970-01-01T00:00:00+00:00", "failed"),
        ("2026-06-01T00:00:00+00:00", "passed"),
        ("2038-01-19T03:14:08+00:00", "failed"),
        ("9999-12-31T23:59:59+00:00", "failed"),
    ],
)
def test_any_instant_can_be_asked_for(instant: str, outcome: str, verifier: vcverify.Verifier) -> None:
    """A clock that is far off gives a wrong answer about dates, not a broken one."""
    report = verifier.verify(fresh("plain"), at=datetime.datetime.fromisoformat(instant))
    assert report.outcome == outcome
    assert "internal.error" not in codes(report)


@pytest.mark.parametrize("instant", ["2026-06-01T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_instant_that_is_none_is_the_callers_mistake(instant: str, verifier: vcverify.Verifier) -> None:
    """An instant without an offset, or that UTC cannot say, raises at once, and names the argument."""
    with pytest.raises(ValueError, match=r"^at: "):
        verifier.verify(fresh("plain"), at=datetime.datetime.fromisoformat(instant))
