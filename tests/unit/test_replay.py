"""Cases: what a file says reaches the verifier as it is, and what it expects is held to the letter."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest

from vcverify import replay
from vcverify.jsontypes import line, loads
from vcverify.loading import Purpose, Request, Resource, Unavailable
from vcverify.policy import Policy
from vcverify.problems import problem
from vcverify.replay import CaseError, read_case, record_case, replay_case
from vcverify.report import Check, Outcome, Report

AT = datetime(2026, 6, 1, tzinfo=UTC)
CHILD = "/credentialSubject/verifiableCredential/0"


def report() -> Report:
    """A record whose one member expired."""
    expired = problem("validity.expired", "It expired.", "/validUntil")
    child = Report(
        outcome=Outcome.FAILED,
        at=AT,
        pointer=CHILD,
        relation="member",
        checks=(Check(name="validity", outcome=Outcome.FAILED, problems=(expired,)),),
    )
    return Report(
        outcome=Outcome.FAILED,
        at=AT,
        children=(child,),
        checks=(
            Check(name="proof", outcome=Outcome.PASSED),
            Check(name="issuer", outcome=Outcome.PASSED, facts={"binding": "resolved", "keys": ("a", "b")}),
            Check(name="status", outcome=Outcome.NOT_RUN, reason="none is declared"),
            Check(name="members", outcome=Outcome.FAILED, problems=(problem("member.failed", "See there.", CHILD),)),
        ),
    )


@dataclass
class Recorder:
    """In place of the verifier: keeps what it was asked."""

    policy: Policy = field(default_factory=Policy)
    loader: Any = None
    engine: str = "fast"
    asked: ClassVar[list[dict[str, Any]]] = []

    def verify(self, data: bytes, **options: Any) -> Report:
        self.asked.append({"data": data, "policy": self.policy, "loader": self.loader, **options})
        if self.loader is not None:
            for url in ("https://a.example/did.json", "https://www.w3.org/ns/credentials/v2"):
                try:
                    self.loader.load(Request(url=url, purpose=Purpose.CONTROLLER))
                except Unavailable:
                    pass
        return report()


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    Recorder.asked.clear()
    monkeypatch.setattr(replay, "Verifier", Recorder)
    return Recorder.asked


def matches(**expect: Any) -> tuple[str, ...]:
    return replay_case({"id": "x", "input": {}, "expect": expect}).mismatches


# --- what reaches the verifier --------------------------------------------------------------------

INPUTS = {
    "an object, in its compact form": ('{"input": {"b": 1, "a": "é"}}', '{"b":1,"a":"é"}'.encode()),
    "a token": ('{"input": "a.b.c"}', b"a.b.c"),
    "text as it is": ('{"inputText": "{\\"a\\": 1, \\"a\\": 2}"}', b'{"a": 1, "a": 2}'),
    "bytes": ('{"input": {"base64": "/w=="}}', b"\xff"),
    "an array": ('{"input": [ 1 ]}', b"[1]"),
    "duplicate members": ('{"input": {"a": 1, "a": 2}}', b'{"a": 1, "a": 2}'),
    "an integer that would be rounded": ('{"input": {"a": 9007199254740993}}', b'{"a": 9007199254740993}'),
    "a number that is none": ('{"input": {"a": NaN}}', b'{"a": NaN}'),
    "an infinite number": ('{"input": {"a": 1e999}}', b'{"a": 1e999}'),
    "a surrogate": ('{"input": {"a": "\\ud800"}}', b'{"a": "\\ud800"}'),
    "deep JSON": ('{"input": ' + "[" * 300 + "]" * 300 + "}", b"[" * 300 + b"]" * 300),
    "text that replaces the JSON": ('{"input": {}, "inputText": "x"}', b"x"),
}


@pytest.mark.parametrize(("text", "data"), INPUTS.values(), ids=INPUTS)
def test_the_input_reaches_the_verifier_unjudged(text: str, data: bytes) -> None:
    """What is wrong with an input is for the verifier to say, not for the reader of the case."""
    assert read_case(text).data == data


def test_resources_are_bodies_of_three_forms() -> None:
    """JSON in its compact form, text, and bytes with a media type; what is no JSON stays as it stands."""
    case = read_case(
        '{"input": {}, "resources": {"u:1": {"b": 1, "a": 2}, "u:2": "text", '
        '"u:3": {"base64": "/w==", "mediaType": "image/png"}, "u:4": {"a": 1, "a": 1}}}'
    )
    bodies = {url: (item.body, item.media_type) for url, item in case.resources.items()}
    assert bodies == {
        "u:1": (b'{"b":1,"a":2}', "application/json"),
        "u:2": (b"text", "text/plain"),
        "u:3": (b"\xff", "image/png"),
        "u:4": (b'{"a": 1, "a": 1}', "application/json"),
    }


def test_instant_policy_and_options_reach_the_verifier(asked: list[dict[str, Any]]) -> None:
    """A case is the whole of what a verification depends on."""
    options = {"challenge": "c", "domain": "d", "purpose": "authentication"}
    policy = {"profile": "clr", "severities": {"validity.expired": "warning"}, "minimumBinding": "unbound"}
    replay_case({"input": {}, "at": "2026-01-02T03:04:05+01:00", "policy": policy, "options": options})
    (call,) = asked
    assert call["at"] == datetime(2026, 1, 2, 2, 4, 5, tzinfo=UTC)
    assert call["policy"] == Policy.clr(minimum_binding="unbound", severities={"validity.expired": "warning"})
    assert {name: call[name] for name in options} == options


MALFORMED = {
    "no JSON": "x",
    "no object": "[]",
    "no input": "{}",
    "the same member twice": '{"input": 1, "input": 2}',
    "base64 that is none": '{"input": {"base64": "%"}}',
    "a resource that is not base64": '{"input": {}, "resources": {"u:1": {"base64": "%"}}}',
    "resources that are a list": '{"input": {}, "resources": []}',
    "no instant": '{"input": {}, "at": "yesterday"}',
    "an unknown rule": '{"input": {}, "policy": {"profil": "clr"}}',
    "an unknown profile": '{"input": {}, "policy": {"profile": "x"}}',
    "an unknown option": '{"input": {}, "options": {"chalenge": "x"}}',
    "options that are a list": '{"input": {}, "options": []}',
    "problems without a code": '{"input": {}, "expect": {"problems": [{"pointer": ""}]}}',
    "facts that are no table": '{"input": {}, "expect": {"facts": {"issuer": "resolved"}}}',
    "an id that is no text": '{"input": {}, "id": 1}',
    "text that is none": '{"inputText": {}}',
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_case_is_refused(text: str) -> None:
    """A case that does not say what it means must not count as one that holds."""
    with pytest.raises(CaseError):
        read_case(text)


def test_a_case_that_is_not_utf8_is_refused() -> None:
    """Bytes belong into base64."""
    with pytest.raises(CaseError, match="not UTF-8"):
        read_case(b'{"input": "\xff"}')


def test_members_that_are_for_people_are_free() -> None:
    """New descriptive members do not break old readers."""
    read_case('{"input": {}, "id": "a", "title": "t", "importance": "high", "spec": ["s"], "notes": {"x": 1}}')


# --- what is expected -----------------------------------------------------------------------------


def test_nothing_expected_is_never_a_mismatch() -> None:
    """A recording has no opinion."""
    answer = replay_case({"input": {}})
    assert answer.ok
    assert not answer.expected
    assert matches() == ()


HOLD: list[dict[str, Any]] = [
    {"outcome": "failed"},
    {"outcomeNot": "passed"},
    {"checks": {"proof": "passed", "members": "failed", "status": "not-run"}},
    {"checks": {"schema": "not-run"}},
    {"facts": {"issuer": {"binding": "resolved"}}},
    {"facts": {"issuer": {"keys": ["a", "b"]}}},
    {"problems": [{"code": "validity.expired"}]},
    {"problems": [{"code": "validity.expired", "pointer": CHILD + "/validUntil"}]},
    {"problemsNot": [{"code": "proof.invalid"}, {"code": "validity.expired", "pointer": "/validUntil"}]},
    {"problems": [{"code": "validity.expired"}, {"code": "member.failed"}], "only": True},
    {"something": "else", "problems": []},
]
BREAK: list[dict[str, Any]] = [
    {"outcome": "passed"},
    {"outcomeNot": "failed"},
    {"outcomeNot": ["passed", "failed"]},
    {"checks": {"proof": "failed"}},
    {"checks": {"nonsense": "passed"}},
    {"facts": {"issuer": {"binding": "unbound"}}},
    {"facts": {"issuer": {"absent": "x"}}},
    {"facts": {"nonsense": {"x": "y"}}},
    {"problems": [{"code": "proof.invalid"}]},
    {"problems": [{"code": "validity.expired", "pointer": "/validUntil"}]},
    {"problemsNot": [{"code": "validity.expired"}]},
    {"problems": [{"code": "validity.expired"}], "only": True},
    {"only": True},
]


@pytest.mark.parametrize("expect", HOLD, ids=str)
def test_what_the_report_says_is_as_expected(expect: dict[str, Any]) -> None:
    """Everything named is there, with pointers from the root document."""
    assert matches(**expect) == ()


@pytest.mark.parametrize("expect", BREAK, ids=str)
def test_what_the_report_does_not_say_is_a_mismatch(expect: dict[str, Any]) -> None:
    """Each difference is told."""
    assert len(matches(**expect)) >= 1


def test_a_line_of_output_says_all() -> None:
    """The form of `vcverify replay --format json`."""
    answer = replay_case({"id": "a/b", "input": {}, "expect": {"outcome": "passed"}}).to_dict("a.json")
    written: Any = loads(line(answer))
    assert {name: written[name] for name in ("id", "file", "ok", "outcome")} == {
        "id": "a/b",
        "file": "a.json",
        "ok": False,
        "outcome": "failed",
    }
    assert written["mismatches"] == ["outcome: expected passed, found failed"]
    assert written["report"] == loads(line(report().to_dict()))


# --- recordings -----------------------------------------------------------------------------------


@dataclass
class World:
    """Has whatever is asked for."""

    body: bytes = b'{"id":"x"}'

    def load(self, request: Request) -> Resource:
        return Resource(url=request.url, body=self.body)


@pytest.mark.parametrize(
    "data",
    [b'{"a": 1.50}', b'{"a":1,"a":2}', b"a.b.c", b"\xff\x00", b'\xef\xbb\xbf{"a":1}', b'{"base64":"x"}', b"[1]", b""],
)
def test_a_recording_replays_the_same_input(data: bytes) -> None:
    """Byte for byte, or as the same JSON value where that is all the verifier sees."""
    case, _ = record_case(data)
    replayed = read_case(line(case)).data
    assert replayed == data or loads(replayed) == loads(data)


def test_a_recording_holds_all_that_the_verification_saw(asked: list[dict[str, Any]]) -> None:
    """Documents, instant, policy and options; bundled documents need not be told."""
    policy = Policy.clr(minimum_binding="self-asserted")
    case, _ = record_case(b"{}", loader=World(), policy=policy, options={"challenge": "c"}, case_id="x")
    assert case["resources"] == {"https://a.example/did.json": {"id": "x"}}
    assert case["at"] == "2026-06-01T00:00:00Z"
    assert case["policy"] == {"profile": "clr", "minimum_binding": "self-asserted"}
    assert case["options"] == {"challenge": "c"}
    replay_case(case)
    assert asked[1]["at"] == AT
    assert asked[1]["policy"] == policy
    assert asked[1]["challenge"] == "c"


def test_recorded_bodies_keep_their_bytes() -> None:
    """White space may matter to a digest."""
    case, _ = record_case(b"{}", loader=World(b'{"id": "x"}'))
    assert case["resources"] == {
        "https://a.example/did.json": {
            "base64": base64.b64encode(b'{"id": "x"}').decode(),
            "mediaType": "application/json",
        }
    }


def test_a_recording_can_expect_what_it_saw() -> None:
    """That is how a regression becomes a case."""
    case, _ = record_case(b"{}", with_expectation=True)
    assert replay_case(case).mismatches == ()
    case["expect"]["outcome"] = "passed"  # type: ignore[index,call-overload]
    assert not replay_case(case).ok
