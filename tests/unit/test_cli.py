"""The command line: its exit codes, its formats, and that nothing a file holds or is named makes it stumble."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import CHECKOUT

import vcverify
import vcverify.batches
from vcverify.cli import arguments as grammar
from vcverify.cli import main
from vcverify.limits import DEFAULT_LIMITS
from vcverify.policy import BINDINGS, PROFILES
from vcverify.problems import CATALOGUE

BADGE = str(CHECKOUT / "test_vectors/badge/badge.json")
TRANSCRIPT = str(CHECKOUT / "test_vectors/clr/transcript.json")
AT = "2026-06-01"

pytestmark = pytest.mark.skipif(not Path(BADGE).is_file(), reason="test_vectors/ is not in this checkout")


class Result:
    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    def call(*arguments: str, stdin: bytes | None = None) -> Result:
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = main(arguments)
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return call


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """A verified, a failed, an undecided document, and none at all."""
    badge = json.loads(Path(BADGE).read_bytes())
    contents = {
        "good.json": badge,
        "bad.json": {**badge, "name": "Another name"},
        "open.json": {**badge, "@context": [*badge["@context"], "https://unknown.example/context"]},
    }
    for name, content in contents.items():
        (tmp_path / name).write_text(json.dumps(content))
    return {name.partition(".")[0]: str(tmp_path / name) for name in (*contents, "absent.json")}


# --- exit codes -----------------------------------------------------------------------------------

CODES = [
    (["good"], 0),
    (["bad"], 1),
    (["absent"], 2),
    (["open"], 3),
    (["good", "good"], 0),
    (["good", "bad"], 1),
    (["good", "open"], 3),
    (["open", "bad"], 1),
    (["bad", "open", "good"], 1),
    (["absent", "bad", "good"], 2),
    (["good", "absent"], 2),
]


@pytest.mark.parametrize(("names", "code"), CODES, ids=["+".join(names) for names, _ in CODES])
def test_the_exit_code_is_the_worst_that_applies(run: Any, files: dict[str, str], names: list[str], code: int) -> None:
    """0 only if all are verified; 2 for what could not be read, before 1 for failed, before 3 for undecided."""
    for form in ("text", "json", "jsonl"):
        assert run("verify", "--at", AT, "--format", form, *(files[name] for name in names)).code == code


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["verify"],
        ["nonsense"],
        ["verify", "--at", "yesterday", BADGE],
        ["verify", "--at", "2026-06-01T00:00:00", BADGE],
        ["verify", "--profile", "x", BADGE],
        ["verify", "--workers", "0", BADGE],
        ["verify", "--policy", "absent.toml", BADGE],
        ["verify", "--document", "nonsense", BADGE],
        ["verify", "--document", "https://a.example=absent", BADGE],
        ["verify", "--form", "json", BADGE],
        ["explain", "nonsense.code"],
        ["replay", BADGE],
        ["record", "absent.json"],
        ["canonicalize", "absent.json"],
        ["canonicalize", BADGE, "--proof", "7"],
        ["verify", "a\x00b"],
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_is_2_and_a_sentence(run: Any, arguments: list[str]) -> None:
    """Not a traceback, and nothing on standard output that could be taken for an answer."""
    result = run(*arguments)
    assert result.code == 2
    assert result.err
    assert not result.out
    assert "Traceback" not in result.err


def test_files_that_can_be_read_are_told_of_beside_one_that_cannot(run: Any, files: dict[str, str]) -> None:
    """One mistyped name does not hide ninety-nine answers."""
    result = run("verify", "--at", AT, files["absent"], files["bad"], files["good"])
    assert "absent.json: No such file or directory" in result.err
    assert "proof.invalid" in result.out
    assert "3 documents: 1 verified, 1 not verified, 1 unreadable" in result.out


def test_what_is_no_credential_has_failed(run: Any) -> None:
    """It was read; that is what distinguishes 1 from 2."""
    for data in (b"", b"\xff\xfe", b"[]", b"{}", b"null", b"x" * 10, b"{" * 100_000):
        result = run("verify", "-", stdin=data)
        assert result.code == 1, data[:20]
        assert "input.malformed" in result.out or "limit.exceeded" in result.out


# --- formats --------------------------------------------------------------------------------------


def test_one_report_as_json_is_the_report(run: Any, files: dict[str, str]) -> None:
    """Nothing is wrapped around it."""
    report = run("verify", "--at", AT, "--format", "json", files["good"]).json
    assert report["outcome"] == "passed"
    assert report["at"] == "2026-06-01T00:00:00Z"
    assert "file" not in report


def test_several_reports_as_json_are_an_array_with_their_files(run: Any, files: dict[str, str]) -> None:
    """Also where some could not be read: then it has fewer items, and standard error says which."""
    result = run("verify", "--at", AT, "--format", "json", files["good"], files["absent"], files["bad"])
    assert [(item["file"], item["outcome"]) for item in result.json] == [
        (files["good"], "passed"),
        (files["bad"], "failed"),
    ]
    assert run("verify", "--format", "json", files["absent"], files["absent"]).json == []


def test_jsonl_is_a_report_a_line(run: Any, files: dict[str, str]) -> None:
    """For pipes: no line depends on another."""
    lines = run("verify", "--at", AT, "--format", "jsonl", files["good"], files["bad"]).out.splitlines()
    assert [json.loads(line)["file"] for line in lines] == [files["good"], files["bad"]]


@pytest.mark.parametrize("form", ["jsonl", "html", "markdown"])
def test_workers_change_nothing_but_the_time(
    run: Any, files: dict[str, str], form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Order, reports and exit code are those of one process; and there are processes, whatever is written."""
    asked: list[int] = []
    in_processes = vcverify.batches.in_processes

    def counted(work: Any, items: Any, *, workers: int, failed: Any) -> Any:
        asked.append(workers)
        return in_processes(work, items, workers=workers, failed=failed)

    monkeypatch.setattr(vcverify.batches, "in_processes", counted)
    names = [files[name] for name in ("good", "bad", "absent", "open", "good")]
    one = run("verify", "--at", AT, "--format", form, *names)
    two = run("verify", "--at", AT, "--format", form, "--workers", "2", *names)
    assert (one.code, one.out, one.err) == (two.code, two.out, two.err)
    assert asked == [2]


@pytest.mark.parametrize("workers", [0, -1])
def test_no_process_is_no_number_of_processes(workers: int) -> None:
    """Said at the call, not when the first report is asked for."""
    with pytest.raises(ValueError, match="workers"):
        vcverify.verify_many([b"{}"], workers=workers)
    with pytest.raises(ValueError, match="subject"):
        vcverify.verify_many([b"{}"], subject=[{}])


@pytest.mark.parametrize("workers", [1, 2])
def test_many_reports_have_their_coverage(files: dict[str, str], workers: int) -> None:
    """What is asked of one document can be asked of many."""
    data = Path(files["good"]).read_bytes()
    reports = list(vcverify.verify_many([data, data], workers=workers, coverage=True))
    assert [report.coverage for report in reports] == [vcverify.verify(data, coverage=True).coverage] * 2
    assert reports[0].coverage is not None


def test_of_several_files_the_verified_ones_have_one_line(run: Any, files: dict[str, str]) -> None:
    """What needs attention is told in full."""
    out = run("verify", "--at", AT, files["good"], files["bad"]).out.splitlines()
    assert out[0].startswith(f"✔ verified      {files['good']}, by did:key:")
    assert out[1] == f"{files['bad']}:"
    assert out[-1] == "2 documents: 1 verified, 1 not verified"
    assert "data_model" in run("verify", "--verbose", "--at", AT, files["good"], files["good"]).out


def test_output_to_no_terminal_has_no_colour(run: Any, files: dict[str, str], monkeypatch: Any) -> None:
    """Unless it is asked for; and NO_COLOR, or a word, turns it off where there is a terminal."""
    assert "\x1b" not in run("verify", files["good"]).out
    assert "\x1b[" in run("verify", "--colour", "always", files["good"]).out
    monkeypatch.setattr("vcverify.cli.terminal.Terminal.choose_colour.__defaults__", ({},), raising=False)
    assert "\x1b" not in run("verify", "--no-color", files["good"]).out


@pytest.mark.parametrize(
    ("tty", "environment", "coloured"),
    [(True, {}, True), (False, {}, False), (True, {"NO_COLOR": "1"}, False), (True, {"TERM": "dumb"}, False)],
)
def test_colour_is_for_terminals_that_want_it(tty: bool, environment: dict[str, str], coloured: bool) -> None:
    """no-color.org, and terminals that have none."""
    from vcverify.cli.terminal import Terminal

    class Out(io.StringIO):
        def isatty(self) -> bool:
            return tty

    terminal = Terminal(out=Out(), err=io.StringIO())
    terminal.choose_colour("auto", environment)
    assert terminal.colour is coloured


# --- what files are -------------------------------------------------------------------------------


def test_standard_input_is_read(run: Any) -> None:
    """`-` is a file like any other."""
    assert run("verify", "--at", AT, "-", stdin=Path(BADGE).read_bytes()).code == 0


def test_endless_input_is_read_no_further_than_the_limit(run: Any, tmp_path: Path) -> None:
    """Of a stream that never ends, one byte more than a document may have."""
    policy = tmp_path / "policy.json"
    policy.write_text('{"limits": {"input_bytes": 100, "image_bytes": 100, "svg_bytes": 100}}')
    endless = io.BytesIO(b" " * 10_000)
    result = run("verify", "--policy", str(policy), "-", stdin=endless.getvalue())
    assert result.code == 1
    assert "limit.exceeded" in result.out
    if Path("/dev/zero").exists():
        assert run("verify", "--policy", str(policy), "/dev/zero").code == 1


def test_a_folder_stands_for_the_credentials_in_it(run: Any, tmp_path: Path) -> None:
    """Sorted, below it too; hidden files and other endings are left out."""
    for name in ("b.json", "a/c.json", ".hidden.json", ".git/x.json", "notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(Path(BADGE).read_bytes())
    reports = run("verify", "--at", AT, "--format", "json", str(tmp_path)).json
    assert [Path(item["file"]).name for item in reports] == ["b.json", "c.json"]


def test_an_empty_folder_is_not_a_success(run: Any, tmp_path: Path) -> None:
    """Nothing passes by default."""
    assert run("verify", str(tmp_path)).code == 2
    assert run("replay", str(tmp_path)).code == 2


@pytest.mark.parametrize("name", ["--help", "-x.json", "a\nb.json", "a\x1b[31m.json", "✔ verified.json", "-"])
def test_a_file_may_have_any_name(run: Any, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind `--`, or with its folder; in the output it is escaped."""
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(Path(BADGE).read_bytes())
    result = run("verify", "--at", AT, "--", f"./{name}", f"./{name}")
    assert result.code == 0
    assert len(result.out.splitlines()) == 3
    assert "\x1b" not in result.out
    assert result.out.count("✔") == 2


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes on Linux only")
def test_a_file_name_need_not_be_text(run: Any, tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are shown as escapes."""
    path = os.path.join(os.fsencode(tmp_path), b"\xff.json")
    Path(os.fsdecode(path)).write_bytes(Path(BADGE).read_bytes())
    result = run("verify", "--at", AT, "--format", "json", str(tmp_path))
    assert "\\udcff" in result.json[0]["file"]


def test_controls_in_a_complaint_are_escaped(run: Any) -> None:
    """The name of a file that is not there is text from outside too."""
    assert "\x1b" not in run("verify", "\x1b[31mred").err
    assert "\x1b" not in run("explain", "\x1b[31mred").err
    assert "\x1b" not in run("\x1b[31mred").err


# --- policy and documents -------------------------------------------------------------------------


def test_options_outrank_the_policy_file(run: Any, tmp_path: Path) -> None:
    """The file is the habit, the option is for now."""
    policy = tmp_path / "policy.toml"
    policy.write_text('profile = "clr"\nminimumBinding = "resolved"\n')
    strict = run("verify", "--at", AT, "--policy", str(policy), BADGE)
    assert {"issuer.self-asserted", "data-model.type"} & set(strict.out.split())
    options = ("--policy", str(policy), "--profile", "open_badges", "--minimum-binding", "did-key")
    assert run("verify", "--at", AT, *options, BADGE).code == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [("p.toml", "profil = 'clr'"), ("p.toml", "= x"), ("p.json", "[]"), ("p.json", "{"), ("p.json", '{"suites": "x"}')],
)
def test_a_policy_that_is_none_is_refused(run: Any, tmp_path: Path, name: str, text: str) -> None:
    """A mistyped rule must not be no rule."""
    (tmp_path / name).write_text(text)
    result = run("verify", "--policy", str(tmp_path / name), BADGE)
    assert result.code == 2
    assert "policy" in result.err


def test_a_document_from_outside_is_supplied_by_url(run: Any, files: dict[str, str], tmp_path: Path) -> None:
    """A URL may hold an equals sign, and so may a file's name."""
    context = tmp_path / "con=text.json"
    context.write_text('{"@context": {}}')
    known = f"https://unknown.example/context={context}"
    assert run("verify", "--at", AT, files["open"]).code == 3
    assert "terms.unknown-context" not in run("verify", "--at", AT, "--document", known, files["open"]).out


def test_the_grammar_knows_the_policies_words() -> None:
    """They are written twice so that `--help` need not import the policy."""
    assert tuple(PROFILES) == grammar.PROFILES
    assert grammar.BINDINGS == BINDINGS


# --- the other commands ---------------------------------------------------------------------------


def test_explain_knows_every_code(run: Any) -> None:
    """Also by the URL that a report gives as its `type`."""
    assert all(code in run("explain").out for code in CATALOGUE)
    for code, kind in CATALOGUE.items():
        assert kind.title in run("explain", code).out
    assert "issuer.unbound:" in run("explain", "https://vcverify.dev/problems#issuer.unbound").out
    assert {row["code"] for row in run("explain", "--format", "json").json} == set(CATALOGUE)


def test_explain_suggests_what_was_meant(run: Any) -> None:
    """Nobody remembers eighty codes."""
    assert "issuer.unbound" in run("explain", "issuer.unbund").err
    assert "validity.expired" in run("explain", "expired").err


def test_lint_judges_what_is_not_signed(run: Any, tmp_path: Path) -> None:
    """An issuer learns before signing what would be lost."""
    document = json.loads(Path(BADGE).read_bytes())
    del document["proof"]
    path = tmp_path / "draft.json"
    path.write_text(json.dumps(document))
    good = run("lint", "--at", AT, str(path))
    assert good.code == 0
    assert good.out.startswith("✔ READY TO SIGN")
    assert "verified" not in good.out.lower()
    path.write_text(json.dumps({**document, "undefinedTerm": 1}))
    bad = run("lint", "--at", AT, str(path))
    assert bad.code == 1
    assert "\n  /undefinedTerm  [1]\n" in bad.out
    assert run("lint", "--at", AT, str(path), str(path)).out.splitlines()[-1] == "2 documents: 2 not in order"


def test_canonicalize_prints_what_the_evidence_says(run: Any) -> None:
    """The intermediate values of a report can be had one by one."""
    (evidence,) = run("verify", "--at", AT, "--format", "json", BADGE).json["evidence"]
    assert run("canonicalize", BADGE).out == evidence["canonicalDocument"]
    assert run("canonicalize", BADGE, "--proof-config").out == evidence["proofConfig"]
    assert run("canonicalize", BADGE, "--hash").out.strip() == evidence["canonicalDocumentHash"]
    assert run("canonicalize", BADGE, "--hash", "--proof-config").out.strip() == evidence["proofConfigHash"]
    assert run("canonicalize", BADGE, "--engine", "pyld").out == evidence["canonicalDocument"]


@pytest.mark.parametrize("text", ["{}", '{"@context": "https://www.w3.org/ns/credentials/v2"}', '{"a": 1}'])
def test_canonicalize_says_that_there_is_nothing_to_sign(run: Any, text: str) -> None:
    """An empty canonical form looks like one that was not printed; every document without statements shares it."""
    result = run("canonicalize", "-", stdin=text.encode())
    assert (result.code, result.out) == (1, "")
    assert "no statements" in result.err
    assert ("terms.undefined" in result.err) is ("a" in json.loads(text))
    assert run("canonicalize", "--method", "jcs", "-", stdin=text.encode()).code == 0


def test_canonicalize_reads_statements_and_plain_json(run: Any) -> None:
    """RDFC-1.0 alone, JCS alone."""
    quads = b'_:b <urn:p> "2" .\n_:a <urn:p> "1" .\n'
    assert run("canonicalize", "--from", "nquads", "-", stdin=quads).out == (
        '_:c14n0 <urn:p> "1" .\n_:c14n1 <urn:p> "2" .\n'
    )
    assert run("canonicalize", "--method", "jcs", "-", stdin=b'{"b": 1.0, "a": []}').out == '{"a":[],"b":1}'
    assert run("canonicalize", "--from", "nquads", "-", stdin=b"nonsense").code == 1
    assert run("canonicalize", "--from", "nquads", "-", stdin=b"\xff").code == 2


def test_canonicalize_says_what_is_lost(run: Any) -> None:
    """A canonical form that lacks something is printed, and the exit code says so."""
    document = {"@context": "https://www.w3.org/ns/credentials/v2", "id": "urn:x", "type": "Lost", "x": {"name": "y"}}
    result = run("canonicalize", "-", stdin=json.dumps(document).encode())
    assert result.code == 1
    assert "terms.undefined" in result.err


def test_a_recording_replays_to_the_same_report(run: Any, files: dict[str, str], tmp_path: Path) -> None:
    """That is what a case is for."""
    case = tmp_path / "case.json"
    for name in ("good", "bad", "open"):
        assert run("record", "--at", AT, files[name], "-o", str(case)).code == 0
        answer = json.loads(run("replay", "--format", "json", str(case)).out)
        report = run("verify", "--at", AT, "--format", "json", files[name]).json
        assert answer["report"] == report
        assert answer["ok"] is True
        assert answer["file"] == str(case)


def test_replay_compares(run: Any, files: dict[str, str], tmp_path: Path) -> None:
    """0 as expected, 1 where it differs, 2 where one is no case; the others are still replayed."""
    good, bad = tmp_path / "case-good.json", tmp_path / "case-bad.json"
    run("record", "--at", AT, "--expect", files["good"], "-o", str(good))
    case = json.loads(good.read_text())
    bad.write_text(json.dumps({**case, "expect": {"outcome": "failed"}}))
    assert run("replay", str(good)).code == 0
    differing = run("replay", str(good), str(bad))
    assert differing.code == 1
    assert "outcome: expected failed, found passed" in differing.out
    assert differing.out.splitlines()[-1] == "1 of 2 cases as expected"
    broken = run("replay", "--format", "json", str(good), files["good"], str(bad))
    assert broken.code == 2
    assert "not a case" in broken.err
    assert [json.loads(line)["ok"] for line in broken.out.splitlines()] == [True, False]


def test_suites_are_listed(run: Any) -> None:
    """Installed, and accepted by default."""
    assert "eddsa-rdfc-2022" in run("suites").out
    listed = run("suites", "--format", "json").json
    assert all(row["accepted"] for row in listed["suites"] if row["source"] == "vcverify")
    assert {row["method"] for row in listed["resolvers"]} >= {"did:key", "did:jwk", "did:web"}


# --- the process ----------------------------------------------------------------------------------


def process(*arguments: str, **more: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "vcverify", *arguments], capture_output=True, timeout=60, **more)


def test_the_version_comes_without_the_machinery() -> None:
    """Start-up is felt: what `--version` and `explain` do not need, they do not import."""
    program = (
        "import sys; from vcverify.cli import main; code = main(sys.argv[1:]);"
        "heavy = {'cryptography', 'pyld', 'jsonschema', 'jsonschema_rs', 'multiformats', 'tqdm', 'urllib3',"
        " 'importlib.metadata', 'multiprocessing', 'vcverify.verifier'} & set(sys.modules);"
        "assert not heavy, heavy; sys.exit(code)"
    )
    for arguments in (["--version"], ["explain"], ["verify", "--help"]):
        done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, timeout=60)
        assert done.returncode == 0, done.stderr.decode()


def test_a_badge_is_verified_without_the_reference_libraries() -> None:
    """PyLD, jsonschema, multiprocessing and the progress bar are for when they are needed."""
    program = (
        "import sys; from vcverify.cli import main; code = main(sys.argv[1:]);"
        "heavy = {'pyld', 'jsonschema', 'multiformats', 'tqdm', 'urllib3', 'importlib.metadata', 'multiprocessing'}"
        " & set(sys.modules); assert not heavy, heavy; sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", program, "verify", "--at", AT, BADGE], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.skipif(os.name != "posix", reason="pipes break so on POSIX")
def test_a_reader_that_goes_away_is_no_error() -> None:
    """`vcverify explain | head -1`."""
    done = subprocess.run(
        [
            "bash",
            "-c",
            f'"{sys.executable}" -m vcverify explain --format markdown | head -1; echo "${{PIPESTATUS[0]}}"',
        ],
        capture_output=True,
        timeout=60,
    )
    assert not done.stderr
    assert done.stdout.decode().split("\n")[:1] == ["# Problems"]
    assert done.stdout.split()[-1] in (b"0", b"141")


def test_an_ascii_terminal_is_served() -> None:
    """What it cannot show is written as escapes."""
    done = process("verify", "--at", AT, BADGE, env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    assert done.returncode == 0
    assert done.stdout.startswith(b"+ VERIFIED")
    done.stdout.decode("ascii")


def test_an_interruption_is_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """Ctrl-C is not a crash."""

    def interrupted(*_: Any) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("vcverify.cli.explain.run", interrupted)
    assert main(["explain"]) == 130
    assert capsys.readouterr().err == "vcverify: interrupted\n"


def test_the_limit_of_reading_covers_every_kind_of_document() -> None:
    """A file is read as far as the largest document that could be accepted."""
    from vcverify.cli.inputs import byte_limit

    assert byte_limit(DEFAULT_LIMITS) == DEFAULT_LIMITS.input_bytes
