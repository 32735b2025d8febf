"""The seeded mutator, and what must hold of every mutant: it is not verified, or reads the same as what was signed.

mutant(seed)            a signed document after one to six changes, such as a holder could make without a key
judge(mutant)           its verdict, or an AssertionError
tally(range(10_000))    verdicts, counted

python tests/mutate.py 0 100000         as many, with the figures
"""

from __future__ import annotations

import functools
import itertools
import json
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from support.changes import CHANGES, text_of
from support.damage import damaged
from support.moves import MOVES
from support.mutations import NAMES, ORDER, VALUES, Respelling, respelled
from support.specimens import AT, SPECIMENS, loader, specimen
from support.token_changes import TOKEN, decoded, token_changed

import vcverify
from vcverify import vocabulary
from vcverify.credential import Node
from vcverify.report import Report
from vcverify.verifier import bundled_contexts
from vcverify.vocabulary import Term

RESPELLINGS: tuple[Respelling, ...] = (*NAMES, *VALUES, *ORDER, *MOVES)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed document.

    Attributes:
        name: The specimen that it was.
        donor: Another, parts of which it may have.
        how: What was done, in order.
    """

    seed: int
    name: str
    donor: str
    how: tuple[str, ...]
    data: bytes


# --- the oracle ---------------------------------------------------------------------------------------

_TOLD: tuple[Term, ...] = (
    vocabulary.VALID_FROM,
    vocabulary.VALID_UNTIL,
    vocabulary.ISSUANCE_DATE,
    vocabulary.EXPIRATION_DATE,
    vocabulary.AWARDED_DATE,
    vocabulary.ISSUER,
    vocabulary.HOLDER,
    vocabulary.CREDENTIAL_SUBJECT,
    vocabulary.CREDENTIAL_SCHEMA,
    vocabulary.REFRESH_SERVICE,
    vocabulary.EVIDENCE,
)
_ENTRY: tuple[Term, ...] = (
    vocabulary.STATUS_PURPOSE,
    vocabulary.STATUS_LIST_INDEX,
    vocabulary.STATUS_LIST_REFERENCE,
    vocabulary.STATUS_SIZE,
)


def reading(report: Report, *, shared: bool = False) -> str:
    """All that a reader of the report takes as true, as one text: what is equal reads the same.

    Args:
        shared: leave out how things are described that unsecured members share with the document around them: which
            of several mentions describes them is the holder's choice there, and all are signed.
    """
    return json.dumps(_reading(report, shared, shared=False), sort_keys=True)


def _reading(report: Report, unsecured: bool, *, shared: bool) -> dict[str, Any]:
    credential = report.credential
    assert credential is not None
    root = credential.root
    told: dict[str, Any] = {
        "verified": report.verified,
        "id": credential.id,
        "types": credential.types,
        "issuer": credential.issuer,
        "subject": credential.subject,
        "subjects": sorted(str(subject.id) for subject in credential.subjects),
        "said": {term.name: sorted(root.texts(term)) for term in _TOLD},
        "status": sorted(_entry(node) for node in root.nodes(vocabulary.CREDENTIAL_STATUS)),
        "report": [report.id, report.types, report.issuer, report.subject],
        "facts": {name: dict(report.check(name).facts) for name in ("validity", "issuer", "status")},
        # A set: a member that stands twice is one, and a warning says so.
        "members": sorted(
            {
                (child.relation, json.dumps(_reading(child, unsecured, shared=unsecured), sort_keys=True))
                for child in report.children
                if child.credential is not None
            }
        ),
    }
    if not report.children:  # otherwise a member may describe the same issuer, and the holder says it in either place
        told["by"] = credential.issuer_name
    if not shared:
        told |= {"name": credential.name, "whole": credential.to_dict()}
    return told


def _entry(node: Node) -> str:
    return json.dumps([node.id, node.types, [sorted(node.texts(term)) for term in _ENTRY]])


@functools.cache
def verifier() -> vcverify.Verifier:
    return vcverify.Verifier(loader=loader())


@functools.cache
def own(name: str) -> str | None:
    """The reading of the specimen itself; None where it does not verify."""
    held = specimen(name)
    report = verifier().verify(held.document, at=AT)
    assert report.verified == (held.code is None), (name, list(report.problems()))
    return reading(report, shared=held.unsecured) if report.verified else None


@functools.cache
def known(name: str) -> frozenset[str]:
    """Every reading that a holder of the specimen may show: the whole, the credentials inside by themselves, and
    what is left where disclosures are withheld.
    """
    found = set()
    for document in _shown(specimen(name).document):
        report = verifier().verify(document, at=AT)
        if report.verified:
            found.add(reading(report, shared=specimen(name).unsecured))
    return frozenset(found)


def _shown(value: Any) -> Iterator[Any]:
    """The signed documents in a value: objects with a proof, and tokens with each choice of their disclosures."""
    if isinstance(value, dict):
        if "proof" in value or "Enveloped" in str(value.get("type")):
            yield value
        for inner in value.values():
            yield from _shown(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _shown(inner)
    elif isinstance(value, str) and (token := TOKEN.search(value)):
        first, *disclosures = token[0].split("~")
        yield token[0]
        for count in range(len(disclosures)):
            for chosen in itertools.combinations(disclosures[:-1], count):
                yield "~".join([first, *chosen, ""])
        yield from _shown(decoded(first.split(".")[1]))


# --- the mutator --------------------------------------------------------------------------------------


def mutant(seed: int, names: tuple[str, ...] = SPECIMENS) -> Mutant:
    """The mutant of that seed, the same at every run."""
    chance = random.Random(seed)
    name, donor = chance.choice(names), chance.choice(names)
    if chance.random() < 0.5:
        donor = chance.choice([other for other in names if other.split("/")[0] == name.split("/")[0]])
    document = specimen(name).document
    change = token_changed if isinstance(document, str) else _object_changed
    how, data = change(document, donor, chance)
    return Mutant(seed, name, donor, how, data)


def _object_changed(document: Any, donor: str, chance: random.Random) -> tuple[tuple[str, ...], bytes]:
    how: tuple[str, ...] = ()
    kind = chance.random()
    if kind < 0.15:
        data = document if chance.random() < 0.5 else json.dumps(document).encode()
        return ("damaged",), damaged(data, chance.randrange(2**32))
    value = document
    if kind < 0.6:
        steps = [
            (chance.choice(RESPELLINGS), chance.randrange(2**32)) for _ in range(chance.choice((1, 1, 2, 3, 4, 6)))
        ]
        value, how = respelled(document, steps, bundled_contexts(()))
    if kind >= 0.5:
        value, more = _changed(value, donor, chance)
        how += more
    return how, text_of(value, chance).encode("utf-8", "surrogatepass")


def _changed(value: Any, donor: str, chance: random.Random) -> tuple[Any, tuple[str, ...]]:
    """The value after one to three changes; those that ask for something that it has not leave it as it is."""
    boxed = [json.loads(json.dumps(value))]
    other = _opened(specimen(donor).document)
    how = []
    for _ in range(chance.choice((1, 1, 2, 3))):
        token = chance.random() < 0.3 and _inner_token(boxed[0], chance)
        if token:
            holder, key, text = token
            steps, data = token_changed(text, donor, chance)
            holder[key] = holder[key].replace(text, data.decode("latin-1"))
            how += steps
            continue
        change = chance.choice(CHANGES)
        change(boxed, chance, other)
        how.append(change.__name__)
        if not boxed:
            return None, tuple(how)
    return boxed[0] if len(boxed) == 1 else boxed, tuple(how)


def changed(data: bytes, seed: int) -> bytes:
    """Other data: JSON or a token changed as such, anything else damaged."""
    chance = random.Random(seed)
    donor = chance.choice(SPECIMENS)
    try:
        if data.lstrip()[:1] in (b"{", b"["):
            return text_of(_changed(json.loads(data), donor, chance)[0], chance).encode("utf-8", "surrogatepass")
        if TOKEN.match(data.decode("latin-1")):
            return token_changed(data.decode("latin-1"), donor, chance)[1]
    except (ValueError, RecursionError):
        pass
    return damaged(data, seed)


def _inner_token(value: Any, chance: random.Random) -> tuple[Any, Any, str] | None:
    """A place in the value that holds a token, and the token."""
    found = []
    stack = [value]
    while stack:
        holder = stack.pop()
        for key, item in (
            holder.items() if isinstance(holder, dict) else enumerate(holder) if isinstance(holder, list) else ()
        ):
            if isinstance(item, str) and (match := TOKEN.search(item)):
                found.append((holder, key, match[0]))
            stack.append(item)
    return chance.choice(found) if found else None


def _opened(document: Any) -> Any:
    """The JSON in a document: the payload of a token."""
    return decoded(document.split(".")[1]) if isinstance(document, str) else document


# --- the verdict --------------------------------------------------------------------------------------


def judge(made: Mutant) -> str:
    """`refused`; or, of what is verified: `unchanged` (the same JSON or token), `respelled` (other JSON that reads the
    same), `part` (a credential that was inside, or without some disclosures), `donor` (the other document).

    Raises:
        AssertionError: the verifier raised, met a bug of its own, or takes the mutant for what nobody signed.
    """
    try:
        report = verifier().verify(made.data, at=AT)
        told = json.dumps(report.to_dict())
    except Exception as error:
        raise AssertionError(f"{made.name}, seed {made.seed}, {made.how}: {error!r}") from error
    where = f"{made.name}, seed {made.seed}, {made.how}: {made.data!r}"
    assert '"internal.error"' not in told, where
    if not report.verified:
        return "refused"
    held = specimen(made.name)
    found = reading(report, shared=held.unsecured)
    if found == own(made.name):
        return "unchanged" if _is_unchanged(made.data, held.document) else "respelled"
    if found in known(made.name):
        return "part"
    found = reading(report, shared=specimen(made.donor).unsecured)
    assert found in known(made.donor), where
    return "donor"


def _is_unchanged(data: bytes, document: Any) -> bool:
    if isinstance(document, str):
        return data.strip() == document.encode()
    return json.dumps(json.loads(data), sort_keys=True) == json.dumps(document, sort_keys=True)


@dataclass(slots=True)
class Tally:
    """Verdicts on many mutants.

    Attributes:
        verdicts: How many of each; `different` are those that broke the rule.
        broken: What is told of these.
        kinds: Accepted mutants by what was done to them first.
    """

    verdicts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, other: Tally) -> None:
        self.verdicts += other.verdicts
        self.kinds += other.kinds
        self.broken += other.broken
        self.seconds += other.seconds

    @property
    def mutants(self) -> int:
        return self.verdicts.total()

    @property
    def accepted(self) -> int:
        return self.mutants - self.verdicts["refused"] - self.verdicts["different"]


def tally(seeds: Iterable[int]) -> Tally:
    """The verdicts on the mutants of these seeds."""
    result = Tally()
    began = time.process_time()
    for seed in seeds:
        made = mutant(seed)
        try:
            verdict = judge(made)
        except AssertionError as error:
            verdict = "different"
            result.broken.append(str(error))
        result.verdicts[verdict] += 1
        if verdict not in ("refused", "different"):
            result.kinds[made.how[0] if made.how else "nothing"] += 1
    result.seconds = time.process_time() - began
    return result
