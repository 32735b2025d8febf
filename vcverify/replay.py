"""Cases: a verification in one self-contained JSON file, made from a run and run again.

The form is documented in docs/cases.md and described by schemas/vcverify/case.schema.json.

    read_case       text -> Case, all that the verifier may see
    replay_case     Case -> Replay: the report, and where it differs from what the case expects
    record_case     input and options -> a case that replays to the same report
"""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from vcverify.bundled import bundled
from vcverify.datetimes import format_instant, parse_stamp
from vcverify.jsontypes import JsonObject, JsonValue, compact, line, loads, raw_members
from vcverify.limits import Limits
from vcverify.loading import Loader, Resource
from vcverify.loading.memory import (
    JSON,
    NullLoader,
    RecordingLoader,
    StaticLoader,
    resource_from_json,
    resource_to_json,
)
from vcverify.policy import Policy, PolicyError
from vcverify.problems import ProblemError, quote
from vcverify.report import Report
from vcverify.verifier import Verifier

OPTIONS: Final = frozenset({"challenge", "domain", "purpose", "refresh", "subject"})
"""Members of a case's `options`: arguments of `Verifier.verify`."""

_UNBOUNDED: Final = Limits(
    input_bytes=2**62,
    json_values=2**62,
    json_objects=2**62,
    json_depth=2**31,
    object_members=2**31,
    string_characters=2**62,
    number_digits=40,
)
"""A case file is ours; only the input inside it is put to limits."""


class CaseError(ValueError):
    """A case that cannot be run: it is not of the form of cases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything that one verification may see, and what is expected of it.

    Attributes:
        data: The input's bytes.
        resources: All of the outside world, by URL.
        at: The instant of the verification; None where the case does not say.
        options: Further arguments of `Verifier.verify`.
        expect: What the report has to say; None for a recording.
    """

    id: str
    title: str
    data: bytes
    resources: Mapping[str, Resource]
    at: datetime | None
    policy: Policy
    options: Mapping[str, Any]
    expect: JsonObject | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What a case answered. `seconds` is wall time of the verification alone."""

    id: str
    ok: bool
    outcome: str
    seconds: float
    report: Report
    mismatches: tuple[str, ...] = ()
    expected: bool = field(default=True)
    """Whether the case expects anything; a recording does not."""

    def to_dict(self, file: str = "") -> dict[str, Any]:
        """One line of `vcverify replay --format json`."""
        return {
            "id": self.id,
            "file": file,
            "ok": self.ok,
            "outcome": self.outcome,
            "seconds": round(self.seconds, 6),
            "report": self.report.to_dict(),
            "mismatches": list(self.mismatches),
        }


# --- reading --------------------------------------------------------------------------------------


def read_case(data: bytes | str, *, path: str = "") -> Case:
    """The case that a file holds.

    Raises:
        CaseError: not a case; the message says why.
    """
    try:
        raw = raw_members(data if isinstance(data, str) else data.decode("utf-8"))
        rest = {name: loads(text, _UNBOUNDED) for name, text in raw.items() if name not in _RAW}
        policy = Policy.from_dict(_object(rest, "policy"))
        resources = _resources(raw.get("resources", "{}"))
    except UnicodeDecodeError as error:
        raise CaseError(f"not UTF-8: {error.reason} at byte {error.start}") from None
    except ProblemError as error:
        raise CaseError(error.problem.detail) from None
    except PolicyError as error:
        raise CaseError(f"policy: {error}") from None
    options = _object(rest, "options")
    if unknown := sorted(set(options) - OPTIONS):
        raise CaseError(f"options: there is no {quote(unknown[0])}; known are {', '.join(sorted(OPTIONS))}")
    expect = _object(rest, "expect") if rest.get("expect") is not None else None
    _check_expectation(expect or {})
    return Case(
        id=_text(rest, "id") or path,
        title=_text(rest, "title"),
        data=_input(raw),
        resources=MappingProxyType(resources),
        at=_at(rest.get("at")),
        policy=policy,
        options=MappingProxyType(options),
        expect=expect,
    )


_RAW: Final = frozenset({"input", "inputText", "resources"})


def _input(raw: Mapping[str, str]) -> bytes:
    """The input's bytes: compact JSON, the text, or what the base64 says."""
    text = raw.get("inputText", raw.get("input"))
    if text is None:
        raise CaseError("neither `input` nor `inputText`")
    try:
        value = loads(text, _UNBOUNDED)
    except ProblemError:
        return text.encode("utf-8", "surrogatepass")  # the verifier has to say what is wrong with it
    if isinstance(value, str):
        return value.encode("utf-8")
    if "inputText" in raw:
        raise CaseError("`inputText` is not a string")
    if isinstance(value, dict) and "base64" in value and value.keys() <= {"base64", "mediaType"}:
        try:
            return base64.b64decode(str(value["base64"]), validate=True)
        except (binascii.Error, ValueError):
            raise CaseError("the `base64` of `input` is not base64") from None
    return compact(value)


def _resources(text: str) -> dict[str, Resource]:
    resources = {}
    for url, raw in raw_members(text).items():
        try:
            body = loads(raw, _UNBOUNDED)
        except ProblemError:
            resources[url] = Resource(url=url, body=raw.encode("utf-8", "surrogatepass"), media_type=JSON)
        else:
            resources[url] = resource_from_json(url, body, pointer="/resources")
    return resources


def _at(value: JsonValue) -> datetime | None:
    if value is None:
        return None
    stamp = parse_stamp(value) if isinstance(value, str) else None
    if stamp is None:
        raise CaseError(f"at: {quote(value)} is not a dateTimeStamp")
    return stamp.instant


def _object(values: Mapping[str, JsonValue], name: str) -> JsonObject:
    value = values.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise CaseError(f"{name}: not an object")
    return value


def _text(values: Mapping[str, JsonValue], name: str) -> str:
    value = values.get(name, "")
    if not isinstance(value, str):
        raise CaseError(f"{name}: not a string")
    return value


def _check_expectation(expect: JsonObject) -> None:
    for name in ("checks", "facts"):
        _object(expect, name)
    for name in ("problems", "problemsNot"):
        items = expect.get(name, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) and "code" in item for item in items):
            raise CaseError(f"expect.{name}: a list of objects with a `code` is asked for")
    if not all(isinstance(facts, dict) for facts in _object(expect, "facts").values()):
        raise CaseError("expect.facts: for each check an object of facts is asked for")


# --- replaying ------------------------------------------------------------------------------------


def replay_case(case: Case | JsonObject, *, path: str = "", engine: str = "fast") -> Replay:
    """What the verifier answers to a case, and where that is not what the case expects.

    Raises:
        CaseError: not a case.
    """
    if not isinstance(case, Case):
        case = read_case(line(case), path=path)
    world = StaticLoader(case.resources) if case.resources else None
    verifier = Verifier(policy=case.policy, loader=world, engine=engine)
    start = time.perf_counter()
    report = verifier.verify(case.data, at=case.at, **case.options)
    seconds = time.perf_counter() - start
    mismatches = () if case.expect is None else tuple(_mismatches(report, case.expect))
    return Replay(
        id=case.id,
        ok=not mismatches,
        outcome=report.outcome.value,
        seconds=seconds,
        report=report,
        mismatches=mismatches,
        expected=case.expect is not None,
    )


def _mismatches(report: Report, expect: Mapping[str, Any]) -> Iterator[str]:
    outcome = report.outcome.value
    if "outcome" in expect and expect["outcome"] != outcome:
        yield f"outcome: expected {quote(expect['outcome'])}, found {outcome}"
    if "outcomeNot" in expect and outcome in _listed(expect["outcomeNot"]):
        yield f"outcome: expected anything but {outcome}"
    outcomes = {check.name: check.outcome.value for check in report.checks}
    for name, wanted in expect.get("checks", {}).items():
        found = outcomes.get(name, "not-run")
        if found != wanted:
            yield f"check {quote(name)}: expected {quote(wanted)}, found {found}"
    facts = {check.name: check.facts for check in report.checks}
    for name, wanted in expect.get("facts", {}).items():
        for fact, value in wanted.items():
            held = _plain(facts.get(name, {}).get(fact))
            if held != value:
                yield f"fact {quote(name)}.{quote(fact)}: expected {quote(value)}, found {quote(held)}"
    yield from _problem_mismatches(report, expect)


def _problem_mismatches(report: Report, expect: Mapping[str, Any]) -> Iterator[str]:
    problems = [(problem.code, problem.pointer) for problem in report.problems()]
    wanted = expect.get("problems", [])
    for item in wanted:
        if not any(_matches(item, *problem) for problem in problems):
            yield f"problem {_told(item)}: expected, not found"
    for item in expect.get("problemsNot", []):
        yield from (f"problem {code} at {quote(at)}: not expected" for code, at in problems if _matches(item, code, at))
    if expect.get("only") is True:
        for code, at in problems:
            if not any(_matches(item, code, at) for item in wanted):
                yield f"problem {code} at {quote(at)}: not among those expected"


def _matches(item: Mapping[str, Any], code: str, pointer: str) -> bool:
    return bool(item["code"] == code and item.get("pointer", pointer) == pointer)


def _told(item: Mapping[str, Any]) -> str:
    return quote(item["code"]) + (f" at {quote(item['pointer'])}" if "pointer" in item else "")


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _plain(value: Any) -> Any:
    """The value as JSON has it: no tuples, no sets."""
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(_plain(item) for item in value)
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


# --- recording ------------------------------------------------------------------------------------


def record_case(
    data: bytes,
    *,
    loader: Loader | None = None,
    policy: Policy | None = None,
    at: datetime | None = None,
    options: Mapping[str, Any] = MappingProxyType({}),
    case_id: str = "recording",
    title: str = "",
    engine: str = "fast",
    with_expectation: bool = False,
) -> tuple[JsonObject, Report]:
    """A case that replays this verification, and the report that it gave.

    Args:
        loader: The world; what it answers is kept in the case's `resources`. None has nothing.
        with_expectation: Also write what the report says as what the case expects.
    """
    policy = Policy() if policy is None else policy
    recorder = RecordingLoader(loader or NullLoader())
    report = Verifier(policy=policy, loader=recorder, engine=engine).verify(data, at=at, **options)
    case: JsonObject = {"id": case_id, "title": title or f"Recorded: {report.outcome.value}"}
    case.update(_input_members(data, policy.limits))
    resources = {url: _body(item) for url, item in recorder.recorded.items() if url not in bundled()}
    if resources:
        case["resources"] = resources
    case["at"] = format_instant(report.at)
    if changes := _policy_changes(policy):
        case["policy"] = changes
    if given := {name: value for name, value in options.items() if value is not None}:
        case["options"] = given
    if with_expectation:
        case["expect"] = _expectation(report)
    return case, report


def _input_members(data: bytes, limits: Limits) -> JsonObject:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return {"input": {"base64": base64.b64encode(data).decode("ascii")}}
    try:
        value = loads(data, limits)
    except ProblemError:
        return {"inputText": text}
    return {"input": value} if isinstance(value, dict) and "base64" not in value else {"inputText": text}


def _body(resource: Resource) -> JsonValue:
    """A resource as an entry of `resources`: readable JSON where that gives the same bytes."""
    if resource.media_type == JSON:
        try:
            value = loads(resource.body)
        except ProblemError:
            pass
        else:
            if isinstance(value, dict) and "base64" not in value and compact(value) == resource.body:
                return value
    return resource_to_json(resource)


def _policy_changes(policy: Policy) -> JsonObject:
    profile: JsonObject = {"profile": policy.profile} if policy.profile else {}
    usual = Policy.from_dict(profile).to_dict()
    return profile | {name: value for name, value in policy.to_dict().items() if value != usual[name]}


def _expectation(report: Report) -> JsonObject:
    return {
        "outcome": report.outcome.value,
        "checks": {check.name: check.outcome.value for check in report.checks},
        "problems": [{"code": problem.code, "pointer": problem.pointer} for problem in report.problems()],
        "only": True,
    }
