"""The procedure: from a received document to its report.

    1  Parse: bytes to an embedded or an enveloped document.
    2  Proofs: suite, key, signature, for each (`proving`).
    3  Choose the proof whose key is bound best to the issuer; what it signed is the credential.
    4  Find the credentials inside, and judge each by this same procedure.
    5  Checks, each on what was signed.
    6  Assemble: problems to the checks that own them, outcomes, the report.

Here, and only here, exceptions become problems.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from vcverify import vocabulary
from vcverify.assembly import assemble, bounded
from vcverify.checks import Child, Environment, Loaded, NotRun
from vcverify.credential import Credential, read_json
from vcverify.documents import Document, EmbeddedDocument, missing_proof, parse, parse_value
from vcverify.identifiers import VerificationMethod
from vcverify.jsontypes import JsonObject
from vcverify.limits import exceeded
from vcverify.loading import Purpose, Unavailable
from vcverify.nesting import Nested, check_shape, find_in_graph, find_in_json, same_id
from vcverify.problems import Fact, Problem, ProblemError, Severity, problem, refuse
from vcverify.proving import Expected, Prover
from vcverify.report import NO_FACTS, Report
from vcverify.runs import Place, Run, RunResources
from vcverify.suites.unsecured import Unsecured
from vcverify.weighing import as_signed, hides_from_json, proof_facts, weigh

if TYPE_CHECKING:
    from vcverify.enveloping import Opened

ASSERTION: Final = "assertionMethod"
AUTHENTICATION: Final = "authentication"
PRESENTATION: Final = "application/vp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """What vouches for a document's contents: the reading, and the walk it came from if it was one.

    `signer` is whose signature covers it, where that is the signature of a document around it.
    """

    credential: Credential
    walk: Unsecured | None = None
    position: int = 0
    signer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A report, and what the document around it needs to know besides."""

    report: Report
    secured: bool


@dataclass(frozen=True, slots=True)
class Around:
    """The verified document around a credential, and where in it the credential was found."""

    signed: Signed
    nested: Nested

    def share(self) -> Signed | None:
        """The part of what was signed that the credential is read from, should it have no proof of its own."""
        walk, position = self.signed.walk, self.nested.position
        if walk is not None and position is not None:
            signer = self.signed.signer
            return Signed(credential=walk.credential(position), walk=walk, position=position, signer=signer)
        if walk is None and isinstance(self.nested.value, dict):
            return Signed(credential=read_json(self.nested.value), signer=self.signed.signer)
        return None

    def place(self) -> tuple[Unsecured, int] | None:
        """The walk that met the credential, and its place among the spans of it."""
        walk, position = self.signed.walk, self.nested.position
        return None if walk is None or position is None else (walk, position)


# --- 1: parse -------------------------------------------------------------------------------------


def verify_data(data: bytes | str | JsonObject, run: Run) -> Report:
    """The report on a root document. Raises nothing that the data can cause."""
    report = _guarded(lambda: parse(data, run.policy.limits), run, Place()).report
    if run.layers is None:
        return report
    from vcverify.coverage import covered  # for those who ask

    return covered(report, run.layers)


def report_problem(found: Problem, run: Run) -> Report:
    """The report on data that could not even be received."""
    return assemble(run, Place(), [found])


def _log(message: str) -> None:
    """Writes the exception that is being handled to the log `vcverify`."""
    import logging  # 8 ms, for what should never happen

    logging.getLogger("vcverify").exception(message)


def _guarded(read: Callable[[], Document], run: Run, place: Place, around: Around | None = None) -> Judged:
    document: Document | None = None
    try:
        document = read()
        return _judge(document, run, place, around)
    except ProblemError as error:
        found = run.budget.count_unread(error.problem) if place.depth else error.problem
    except Unavailable as unavailable:
        found = problem(
            "key.unavailable", f"A document could not be loaded: {unavailable.reason}.", found=unavailable.url
        )
    except Exception:
        _log("A verification ended in an unexpected error.")
        found = problem("internal.error", "The verifier met a condition that it does not know.")
    received = document.received if isinstance(document, EmbeddedDocument) else None
    report = assemble(run, place, [found], received=received, media_type=document.media_type if document else "")
    return Judged(report=report, secured=True)


def _judge(document: Document, run: Run, place: Place, around: Around | None) -> Judged:
    if isinstance(document, EmbeddedDocument):
        if document.proofs:
            return _judge_secured(document, run, place, around=None if around is None else around.place())
        return _judge_unsecured(document, run, place, None if around is None else around.share())
    from vcverify.enveloping import open_token  # with all of JOSE, which embedded proofs do without

    opened = open_token(document, run, place, covered=around is not None)
    return _judge_secured(opened.document, run, place, opened)


# --- 2, 3: proofs ---------------------------------------------------------------------------------


def _judge_secured(
    document: EmbeddedDocument,
    run: Run,
    place: Place,
    opened: Opened | None = None,
    around: tuple[Unsecured, int] | None = None,
) -> Judged:
    results = _prover(document, run, place, around).judge_all() if document.proofs else []
    if opened is not None:
        results.insert(0, opened.result)
    problems, holding = weigh(results, run.policy)
    facts = {"proof": proof_facts(holding or results) if opened is None else opened.facts}
    if not holding:
        children = _judge_children(find_in_json(document.unsecured), run, place, None)
        report = assemble(
            run,
            place,
            problems,
            received=document.received,
            media_type=document.media_type,
            facts=facts,
            children=[judged.report for judged, _ in children],
        )
        return Judged(report=report, secured=True)
    if run.layers is not None:
        from vcverify.coverage import Layer

        run.layers.append(Layer(pointer=place.pointer, document=document, results=tuple(holding)))
    verified = [result.verified for result in holding if result.verified is not None]
    problems.extend(
        {(item.code, item.pointer, item.detail): item for one in verified for item in one.problems}.values()
    )
    if verified[0].walk is None and holding[0].proof is not None:
        document, added = as_signed(document, holding[0].proof)
        problems.extend(added)
    report = _read(
        document,
        run,
        place,
        Signed(credential=verified[0].credential, walk=verified[0].walk),
        problems=problems,
        methods=tuple(result.method for result in holding if result.method is not None),
        facts=facts,
        evidence=tuple(one.evidence for one in verified),
    )
    return Judged(report=report, secured=True)


def _prover(document: EmbeddedDocument, run: Run, place: Place, around: tuple[Unsecured, int] | None = None) -> Prover:
    root = place.relation == "root"
    usual = AUTHENTICATION if document.media_type.startswith(PRESENTATION) else ASSERTION
    return Prover(
        document=document,
        policy=run.policy,
        lookup=run.lookup,
        contexts=run.contexts,
        engine=run.engine,
        expected=Expected(
            purpose=run.purpose if root and run.purpose else usual,
            challenge=run.challenge if root else None,
            domain=run.domain if root else None,
        ),
        at=run.at,
        around=around,
    )


# --- without a proof of its own -------------------------------------------------------------------


def _judge_unsecured(document: EmbeddedDocument, run: Run, place: Place, signed: Signed | None) -> Judged:
    lenient = place.relation == "root" and run.policy.allow_unsecured_presentation
    # What is asked of a presentation's proof can only be answered by one.
    lenient = lenient and run.challenge is None and run.domain is None
    if signed is None and lenient and document.media_type == PRESENTATION:
        report = _read(document, run, place, _unverified(document, run), secured=False, vouched=False)
        if report.children:  # otherwise nothing here is signed by anybody
            return Judged(report=replace(report, credential=None), secured=False)
    if signed is None or place.relation == "endorsement":
        children = _judge_children(find_in_json(document.unsecured), run, place, None)
        report = assemble(
            run,
            place,
            [missing_proof(document)],
            received=document.received,
            media_type=document.media_type,
            children=[judged.report for judged, _ in children],
        )
        return Judged(report=report, secured=False)
    if signed.credential.root.says(vocabulary.PROOF):  # CHECK: a proof under another name
        raise refuse(
            "proof.malformed",
            "The credential has a proof, but not as its `proof`, where it would be verified.",
            signed.credential.root.where(vocabulary.PROOF),
            expected="`proof`",
            spec="DI §2.1",
        )
    return Judged(report=_read(document, run, place, signed, secured=False), secured=False)


def _unverified(document: EmbeddedDocument, run: Run) -> Signed:
    """The reading of a document for which nobody vouches, to judge its structure only."""
    walk = _walked(document.unsecured, run)
    return Signed(credential=walk.credential(), walk=walk)


def _walked(document: JsonObject, run: Run) -> Unsecured:
    return Unsecured(document, run.contexts(()), run.policy.limits, run.engine)


def lint_data(data: bytes | str | JsonObject, run: Run) -> Report:
    """The report on a document as its issuer would sign it: structure, and what a signature would not cover."""
    place = Place()

    def judge(document: EmbeddedDocument) -> Report:
        problems: list[Problem]
        refused: Problem | None = None
        try:
            signed = _unverified(document, run)
            problems = list(signed.walk.rdf.problems) if signed.walk is not None else []
        except ProblemError as error:
            # Without usable contexts there are no statements; the structure can still be judged by name.
            signed, problems = Signed(credential=read_json(document.unsecured)), [error.problem]
            refused = error.problem
        report = replace(_read(document, run, place, signed, problems=problems, secured=False), credential=None)
        found = signed.walk if refused is None else refused
        from vcverify.remedies import foresee

        return foresee(report, document, found, run.layers or (), lambda changed: _walked(changed, run))

    document: EmbeddedDocument | None = None
    try:
        parsed = parse(data, run.policy.limits)
        if not isinstance(parsed, EmbeddedDocument):  # CHECK: a token in place of a document to sign
            raise refuse("input.malformed", "A token is already signed; give the credential inside it.")
        document = parsed
        return judge(document)
    except ProblemError as error:
        found = error.problem
    except Exception:
        _log("A check of an unsecured document ended in an unexpected error.")
        found = problem("internal.error", "The verifier met a condition that it does not know.")
    return assemble(run, place, [found], received=document.received if document else None)


# --- 4: what is inside ----------------------------------------------------------------------------


def _judge_children(
    nested: Iterable[Nested], run: Run, place: Place, signed: Signed | None
) -> tuple[tuple[Judged, Nested], ...]:
    """Each with its report, up to the first that is too many or too deep: those behind it are refused with it."""
    judged = []
    for item in nested:
        judged.append((_judge_child(item, run, place, signed), item))
        if run.budget.spent or place.depth >= run.policy.limits.nested_depth:
            break
    return tuple(judged)


def _judge_child(nested: Nested, run: Run, place: Place, signed: Signed | None) -> Judged:
    inner = Place(pointer=place.pointer + nested.pointer, relation=nested.relation, depth=place.depth + 1)

    def read() -> Document:
        if inner.depth > run.policy.limits.nested_depth:  # CHECK: credentials nested too deep
            raise exceeded("levels of credentials inside each other", run.policy.limits.nested_depth, inner.depth)
        run.budget.count_nested("")
        return parse_value(nested.value, run.policy.limits)

    judged = _guarded(read, run, inner, None if signed is None else Around(signed, nested))
    if run.renew is None or not judged.secured or nested.relation != "endorsement":
        return judged
    # OB 3.0 §9.2 step 3. The newer version is judged in its place, and is not asked for a newer one again.
    once = replace(run, renew=None, layers=None)

    def judge(body: bytes) -> Report:
        return _guarded(lambda: parse(body, run.policy.limits), once, inner).report

    return replace(judged, report=run.renew(judged.report, RunResources(run, _judge_loaded), judge))


def _inside(document: EmbeddedDocument, signed: Signed) -> tuple[list[Nested], list[Problem]]:
    """The credentials directly inside, and statements about them that stand elsewhere."""
    if signed.walk is None:
        nested = find_in_json(document.unsecured)
        return nested, same_id(document.unsecured, nested)
    spans = signed.walk.spans
    if len(spans) == 1:
        return find_in_graph(signed.walk.document, spans, 0, signed.walk.reading(0)), []
    shape: list[Problem] = []
    if signed.position == 0:
        shape = check_shape(spans, [signed.walk.reading(at) for at in range(len(spans))])
    found = find_in_graph(signed.walk.document, spans, signed.position, signed.walk.reading(signed.position))
    return found, shape


# --- from outside ---------------------------------------------------------------------------------


def _judge_loaded(body: bytes, purpose: Purpose, run: Run) -> Loaded:
    """A credential that a check asked for; its own status and schema are not followed."""
    run = replace(run, layers=None, checks=tuple(check for check in run.checks if check.__name__ in _FOR_LOADED))
    limits = run.policy.limits
    place = Place(relation=purpose.value, depth=limits.nested_depth)
    report = _guarded(lambda: parse(body, limits), run, place).report
    return Loaded(outcome=report.outcome.value, credential=report.credential, reasons=_reasons(report))


_FOR_LOADED: Final = frozenset({"issuer", "data_model", "validity"})


# --- 5, 6: checks and report ----------------------------------------------------------------------


def _read(
    document: EmbeddedDocument,
    run: Run,
    place: Place,
    signed: Signed,
    *,
    problems: Sequence[Problem] = (),
    methods: tuple[VerificationMethod, ...] = (),
    facts: Mapping[str, Mapping[str, Any]] = NO_FACTS,
    evidence: tuple[Mapping[str, Any], ...] = (),
    secured: bool = True,
    vouched: bool = True,
) -> Report:
    """The report on a document from what was signed of it; what is inside is vouched for with it, or by itself."""
    nested, shape = _inside(document, signed)
    if nested and signed.signer is None:
        by_key = signed.credential.is_presentation and methods
        signed = replace(signed, signer=methods[0].controller if by_key else signed.credential.issuer)
    children = _judge_children(nested, run, place, signed if vouched else None)
    env = Environment(
        at=run.at,
        policy=run.policy,
        resources=RunResources(run, _judge_loaded),
        document=document.received,
        methods=methods,
        children=tuple(_child(judged, item) for judged, item in children),
        subject=run.subject if place.relation in ("root", "credential", "member") else (),
        relation=place.relation,
        secured=secured,
        signer=signed.signer,
        respelled=signed.walk is not None and hides_from_json(document.received, problems),
    )
    filed = [*problems, *shape]
    gathered: dict[str, dict[str, Any]] = {name: dict(values) for name, values in facts.items()}
    reasons: dict[str, str] = {}
    owned: dict[str, list[Problem]] = {}
    ran: list[str] = []
    for check in run.checks:
        name = check.__name__
        ran.append(name)
        try:
            for finding in bounded(check(signed.credential, next(iter(methods), None), env), run.policy.limits):
                if isinstance(finding, NotRun):
                    reasons[name] = finding.reason
                elif isinstance(finding, Fact):
                    gathered.setdefault(name, {})[finding.name] = finding.value
                else:
                    _file(finding, name, filed, owned)
        except ProblemError as error:
            _file(error.problem, name, filed, owned)
    return assemble(
        run,
        place,
        filed,
        received=document.received,
        media_type=document.media_type,
        credential=signed.credential,
        facts=gathered,
        evidence=evidence,
        children=[judged.report for judged, _ in children],
        reasons=reasons,
        ran=ran,
        owned=owned,
        secured=secured,
        controller_document=methods[0].document if methods else None,
    )


def _file(found: Problem, check: str, filed: list[Problem], owned: dict[str, list[Problem]]) -> None:
    """A limit that a check met is that check's; it says nothing of the proof, which owns the code elsewhere."""
    if found.check == "proof":
        owned.setdefault(check, []).append(found)
    else:
        filed.append(found)


def _child(judged: Judged, nested: Nested) -> Child:
    report = judged.report
    return Child(
        pointer=nested.pointer,
        relation=nested.relation,
        outcome=report.outcome.value,
        credential=report.credential,
        secured=judged.secured,
        reasons=_reasons(report),
        report=report,
    )


def _reasons(report: Report) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item.code for item in report.own_problems() if item.severity is not Severity.WARNING))
