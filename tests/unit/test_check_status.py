"""The `status` check, on lists that are handed to it as judged."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cases.documents import COLLEGE, GUILD, badge
from cases.lists import LIST, encoded, entry, revocation_list, status_list
from cases.lists import bits as packed
from support.checking import Json, World, as_signed_json, facts, judge, not_run, problems

from vcverify.checks import Loaded
from vcverify.checks.status import status
from vcverify.limits import Limits
from vcverify.policy import Policy
from vcverify.problems import Problem, ProblemError

AT = "/credentialStatus"
OTHER = "https://college.example/status/other"


def passed(document: Json) -> Loaded:
    return Loaded(outcome="passed", credential=as_signed_json(document))


def looked_up(
    *entries: Any, listed: Loaded | None = None, bodies: dict[str, Any] | None = None, **more: Any
) -> list[Any]:
    held = list(entries) if len(entries) != 1 else entries[0]
    world = World(
        {url: json.dumps(body).encode() for url, body in (bodies or {}).items()}, {LIST: listed} if listed else {}
    )
    document = badge(credentialStatus=held, **more.pop("members", {}))
    return judge(status, document, world=world, **more)


def of_list(**more: Any) -> Loaded:
    return passed(status_list(**more))


def test_nothing_declared_is_nothing_to_ask() -> None:
    """Unlike an entry that nobody understands."""
    assert not_run(judge(status, badge()))


@pytest.mark.parametrize(
    ("purpose", "code"),
    [
        ("revocation", "status.revoked"),
        ("suspension", "status.suspended"),
        ("Suspension", "status.suspended"),
        ("refresh", "status.message"),
        ("message", "status.message"),
        ("deactivation", "status.unsupported"),
    ],
)
def test_what_a_set_bit_means_follows_from_its_purpose(purpose: str, code: str) -> None:
    """A purpose that nobody knows is neither a yes nor a mere message."""
    found = looked_up(entry(purpose=purpose), listed=of_list(values={7: 1}, purpose=purpose))
    assert problems(found) == [(code, AT)]
    assert facts(found) == {"entries": 1, "checked": f"{purpose}: 1"}
    assert problems(looked_up(entry(purpose=purpose), listed=of_list(purpose=purpose))) == []


@pytest.mark.parametrize(
    ("listed", "code"),
    [
        (None, "status.unavailable"),
        (Loaded(outcome="failed", reasons=("proof.invalid",)), "status.malformed"),
        (Loaded(outcome="failed"), "status.malformed"),
        (Loaded(outcome="indeterminate", reasons=("key.unavailable",)), "status.unavailable"),
        (Loaded(outcome="indeterminate"), "status.unavailable"),
        (Loaded(outcome="passed"), "status.unavailable"),
        (of_list(url=OTHER), "status.malformed"),
        (of_list(url=None), "status.malformed"),
        (of_list(credentialStatus=entry("8")), "status.malformed"),
        (of_list(type=["VerifiableCredential"]), "status.malformed"),
        (of_list(subject={"type": "StatusList2021"}), "status.malformed"),
        (passed({**status_list(), "credentialSubject": [status_list()["credentialSubject"]] * 2}), "status.malformed"),
        (of_list(purpose="suspension"), "status.malformed"),
        (of_list(purpose=None), "status.malformed"),
        (of_list(subject={"statusSize": 2}), "status.malformed"),
        (of_list(entries=8), "status.malformed"),
        (of_list(subject={"encodedList": None}), "status.malformed"),
        (of_list(subject={"encodedList": "u"}), "status.malformed"),
        (of_list(subject={"encodedList": ["u", "v"]}), "status.malformed"),
        (of_list(issuer=GUILD), "status.issuer"),
    ],
)
def test_a_list_that_cannot_be_used_is_no_yes(listed: Loaded | None, code: str) -> None:
    """The place is the entry's, whatever was wrong with the list."""
    found = looked_up(entry(), listed=listed)
    assert [code for code, _ in problems(found)] == [code]
    assert all(pointer.startswith(AT) for _, pointer in problems(found))


@pytest.mark.parametrize(
    "held",
    [
        "text",
        entry("x"),
        entry(None),
        entry(["1", "2"]),
        entry(purpose=None),
        entry(url=None),
        entry(url=""),
        entry("200000"),
        entry(statusSize=0),
        entry(statusSize=65),
        entry(statusSize="big"),
        entry(statusSize=[1, 2]),
    ],
)
def test_an_entry_that_cannot_be_used_is_no_yes(held: Any) -> None:
    """Lenient reading of one would ask about another credential."""
    code = "status.unsupported" if held == "text" else "status.malformed"
    assert [code for code, _ in problems(looked_up(held, listed=of_list()))] == [code]


def test_a_status_that_is_a_number_is_no_entry() -> None:
    """In signed JSON it may stand there; the second entry is judged all the same."""
    found = looked_up(7, entry(), listed=of_list(values={7: 1}))
    assert problems(found) == [("status.malformed", f"{AT}/0"), ("status.revoked", f"{AT}/1")]


def message(status: object, said: object) -> Json:
    return {"status": status, "message": said}


@pytest.mark.parametrize(
    ("size", "messages", "good"),
    [
        (1, None, True),
        (1, [message("0x0", "a"), message("0x1", "b")], True),
        (1, [message("0x0", "a")], False),
        (1, [message("0x0", "a"), message("0x0", "b")], False),
        (1, [message("0x0", "a"), message("0x2", "b")], False),
        (1, [message("0x0", "a"), message("0x1", None)], False),
        (1, [message("0x0", "a"), "0x1"], False),
        (2, None, False),
        (2, [message(f"{value:x}", "a") for value in range(4)], True),
    ],
)
def test_messages_are_one_for_each_value(size: int, messages: list[Any] | None, good: bool) -> None:
    """Or there are none, where an entry is one bit."""
    held = entry(statusSize=size, **({"statusMessage": messages} if messages else {}))
    found = looked_up(held, listed=of_list(size=size))
    assert [code for code, _ in problems(found)] == ([] if good else ["status.malformed"])


def test_the_message_of_a_value_is_told() -> None:
    """Shortened and escaped like all that is quoted."""
    held = entry(purpose="message", statusMessage=[message("0x0", "none"), message("0x1", "late\n")])
    found = looked_up(held, listed=of_list(values={7: 1}, purpose="message"))
    assert facts(found)["checked"] == "message: 1 (late\\u000a)"


def test_a_list_may_say_how_long_it_may_be_kept() -> None:
    """A fact for who keeps it; said badly, it is not used."""
    assert facts(looked_up(entry(), listed=of_list(subject={"ttl": 300000})))["ttl"] == 300000
    for ttl in (-1, "soon", "9" * 16, 1.5):
        found = looked_up(entry(), listed=of_list(subject={"ttl": ttl}))
        assert [(item.code, str(item.severity)) for item in found if isinstance(item, Problem)] == [
            ("status.malformed", "warning")
        ]
        assert "ttl" not in facts(found)


def test_the_policy_has_a_word() -> None:
    """On whose lists count, how short they may be, and how many entries are asked about."""
    trusting = Policy(status_issuers=frozenset({GUILD.did}), minimum_status_entries=8)
    assert problems(looked_up(entry(), listed=of_list(issuer=GUILD, entries=8), policy=trusting)) == []
    few = Policy(limits=Limits(status_entries=1))
    with pytest.raises(ProblemError) as error:
        looked_up(entry(), entry("8"), policy=few)
    assert error.value.problem.code == "limit.exceeded"


def test_one_list_is_read_once_for_many_entries() -> None:
    """The same bits, whatever their number of readers."""
    found = looked_up(*(entry(str(at)) for at in range(8)), listed=of_list(values={3: 1}))
    assert problems(found) == [("status.revoked", f"{AT}/3")]
    assert facts(found)["checked"].count("revocation") == 8


def test_entries_of_unknown_types_are_named() -> None:
    """And do not stop the others."""
    found = looked_up({"type": "https://x.example/Ask"}, {}, entry(), listed=of_list(values={7: 1}))
    assert [code for code, _ in problems(found)] == ["status.unsupported", "status.unsupported", "status.revoked"]


NAMES = {"id": LIST, "type": "1EdTechRevocationList"}


@pytest.mark.parametrize(
    ("held", "body", "codes"),
    [
        (NAMES, revocation_list(), []),
        (NAMES, revocation_list({"id": badge()["id"], "revocationReason": 7}), ["status.revoked"]),
        (NAMES, revocation_list(issuer=COLLEGE.did), []),
        (NAMES, revocation_list(issuer={"id": GUILD.did}), ["status.issuer"]),
        (NAMES, revocation_list(issuer=[GUILD.did]), ["status.issuer"]),
        (NAMES, revocation_list(issuer={"id": {}}), ["status.issuer"]),
        (NAMES, {**revocation_list(), "issuer": None}, ["status.malformed"]),
        (NAMES, None, ["status.unavailable"]),
        (NAMES, [], ["status.malformed"]),
        ({"type": "1EdTechRevocationList"}, revocation_list(), ["status.malformed"]),
        ({**entry(id=LIST), "type": ["1EdTechRevocationList", "BitstringStatusListEntry"]}, revocation_list(), []),
    ],
)
def test_lists_of_names(held: Json, body: Any, codes: list[str]) -> None:
    """1EdTech's lists name who is revoked."""
    found = looked_up(held, listed=of_list(), bodies={} if body is None else {LIST: body})
    assert [code for code, _ in problems(found)] == codes


def test_who_has_no_id_cannot_be_named() -> None:
    """So the list cannot clear it either."""
    found = looked_up(NAMES, bodies={LIST: revocation_list()}, members={"id": None})
    assert problems(found) == [("status.malformed", AT)]


def test_a_reason_is_quoted() -> None:
    """As the list has it."""
    found = looked_up(NAMES, bodies={LIST: revocation_list({"id": badge()["id"], "revocationReason": "Error\n"})})
    assert [item.detail for item in found if isinstance(item, Problem)] == [
        "The issuer's revocation list names it: Error\\u000a."
    ]


def test_older_lists_have_no_prefix() -> None:
    """Each kind is encoded in its own way and has types of its own."""
    older = {
        "id": LIST,
        "type": ["VerifiableCredential", "RevocationList2020Credential"],
        "issuer": COLLEGE.did,
        "credentialSubject": {"type": "RevocationList2020", "encodedList": encoded(packed({7: 1}))[1:]},
    }
    held = {"type": "RevocationList2020Status", "revocationListIndex": "7", "revocationListCredential": LIST}
    assert problems(looked_up(held, listed=passed(older))) == [("status.revoked", AT)]
