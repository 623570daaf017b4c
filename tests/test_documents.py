"""README, the documents and the map: what they say is what the code does.

What stands in them between ``<!-- generated: NAME -->`` and ``<!-- end -->`` is made here; ``make docs`` writes it
anew, and the blank rosters in ``templates``. The rest is looked through for names of commands, options, files and headings that are no more.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import io
import json
import keyword
import os
import pkgutil
import re
import shlex
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from unittest.mock import patch
from zoneinfo import ZoneInfo

import click
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from test_samples import OUTCOMES
from test_template import everything_in

import importer
from importer.cli import COMMANDS, roster, run
from importer.errors import ExitCode
from importer.lists.template import make_csv_template, make_template
from importer.model import PROVIDER, Status
from importer.model.columns import COLUMNS, HIDDEN_FROM, IMPORT_COLUMNS
from importer.sandbox.mishaps import KINDS
from importer.sandbox.records import rules_table
from importer.settings import OPTIONS, Settings

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
TEMPLATES = ROOT / "templates"
DOCS = ROOT / "docs"
DOCUMENTS = (README, ROOT / "SECURITY.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md")))
TEXTS = {path: path.read_text(encoding="utf-8") for path in DOCUMENTS}
LONGEST_README = 250
MARKED = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
SCREEN = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
PROMPT, SAMPLE = "C:\\Users\\Priya\\Documents>", "course.csv"
TERMINAL_WIDTH = 78
"""click leaves two of a terminal's 80 columns free."""


def table(headings: str, rows: Iterable[Iterable[str]]) -> str:
    lines = [[cell.strip() for cell in headings.split("|")], *rows]
    lines.insert(1, ["---"] * len(lines[0]))
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def screen(*texts: str) -> str:
    body = "\n".join(text.strip("\n") for text in texts)
    return f"```\n{body}\n```\n"


def columns() -> str:
    return table(
        "Column | What it holds | Like | Also known as",
        ([f"**{one.heading}**", one.meaning, one.example, ", ".join(one.spellings)] for one in COLUMNS),
    )


def import_columns() -> str:
    return table(
        "Column | What it says",
        (
            [f"**{one.heading}**", one.meaning + (" (Hidden column.)" if at >= HIDDEN_FROM else "")]
            for at, one in enumerate(IMPORT_COLUMNS)
        ),
    )


def statuses() -> str:
    return table("Status | It means | What to do", ([f"**{one}**", one.meaning, one.remedy] for one in Status))


def exit_codes() -> str:
    return table("Exit code | It means", ([str(int(one)), one.meaning] for one in ExitCode))


def settings() -> str:
    def default(name: str) -> str:
        field = Settings.model_fields[name]
        if field.default_factory:
            return "in your own data folder"
        return "" if field.default is None else str(field.default)

    return table(
        "Option | In the environment | In the file | Default | What it is",
        (
            [f"`--{name.replace('_', '-')}`", f"`ROSTER_{name.upper()}`", f"`{name}`", default(name), str(Settings.model_fields[name].description)]
            for name in OPTIONS
        ),
    )  # fmt: skip


def samples() -> str:
    def became(counts: dict[Status, int]) -> str:
        return ", ".join(f"{counts[status]} {status}" for status in Status if status in counts)

    return table(
        "File | People | What becomes of them | Exit code",
        (
            [f"[{name}](../sample_data/{name})", str(sum(counts.values())), became(counts), str(int(code))]
            for name, (counts, code) in OUTCOMES.items()
        ),
    )


def lists() -> str:
    def people(booked: dict[str, str | int]) -> int:
        return sum(some if isinstance(some, int) else len(some.split(", ")) for some in booked.values())

    expected = json.loads((ROOT / "sample_data" / "lists" / "expected.json").read_text(encoding="utf-8"))
    return table(
        "List | What it shows | Questions, once | Bookings",
        (
            [f"`{name}`", said["shows"], str(len(said["prompts"])), str(people(said["booked"]))]
            for name, said in expected.items()
        ),
    )


def mishaps() -> str:
    return table(
        "Mishap | What the practice service then does", ([f"`{name}`", one.does] for name, one in KINDS.items())
    )


def rules() -> str:
    return table("Rule | What it is about", ([f"`{name}`", does] for name, does in rules_table().items()))


def rooms() -> str:
    def is_about(room: str) -> str:
        said = importlib.import_module(f"importer.{room}").__doc__ or ""
        return said.partition("\n")[0].replace("``", "`")

    def link(room: str) -> str:
        return f"[{room}](../importer/{room}{'' if (ROOT / 'importer' / room).is_dir() else '.py'})"

    return table("Room | What it does", ([link(room), is_about(room)] for room in rooms_of_the_map()))


def house() -> str:
    """The rooms, each with an arrow to those that it uses and that nothing else which it uses does."""
    names = {module.name for module in pkgutil.iter_modules(importer.__path__)}
    uses = {room: rooms_used_by(room) & names - {room} for room in names}

    def reached(room: str) -> set[str]:
        return uses[room].union(*(reached(one) for one in uses[room]))

    nearest = {room: used - set().union(*(reached(one) for one in used)) for room, used in uses.items()}
    arrows = [
        f"  {room} --> {' & '.join(sorted(nearest[room]))}" for room in reversed(rooms_of_the_map()) if nearest[room]
    ]
    return screen("\n".join(["graph TD", *arrows])).replace("```\n", "```mermaid\n", 1)


def rooms_used_by(room: str) -> set[str]:
    path = ROOT / "importer" / room
    files = path.rglob("*.py") if path.is_dir() else [path.with_suffix(".py")]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    return {
        name
        for node in nodes
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "importer"
        for name in ([*(node.module or "").split(".")[1:2]] or [alias.name for alias in node.names])
    }


def help_texts() -> str:
    def help_of(*words: str) -> str:
        return CliRunner().invoke(roster, [*words, "--help"], "roster", terminal_width=TERMINAL_WIDTH).output

    return screen(help_of()) + "".join(f"\n## roster {name}\n\n{screen(help_of(name))}" for name in COMMANDS)


def welcome() -> str:
    return screen(typed())


def check_screen() -> str:
    return screen(f"{PROMPT} roster check {SAMPLE}\n", typed("check", SAMPLE))


def import_screen() -> str:
    return screen(f"{PROMPT} roster import {SAMPLE} --sandbox\n", typed("import", SAMPLE, "--sandbox"))


PARTS = {
    "welcome": welcome,
    "columns": columns,
    "import-columns": import_columns,
    "statuses": statuses,
    "exit-codes": exit_codes,
    "settings": settings,
    "samples": samples,
    "lists": lists,
    "mishaps": mishaps,
    "rules": rules,
    "house": house,
    "rooms": rooms,
    "help": help_texts,
    "check": check_screen,
    "import": import_screen,
}


@contextlib.contextmanager
def somebodys_desk() -> Iterator[None]:
    """A folder with a sample in it, on a computer without settings, key or ledger."""
    with tempfile.TemporaryDirectory() as name:
        shutil.copy(ROOT / "sample_data" / SAMPLE, name)
        homes = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "USERPROFILE", "WIN_PD_OVERRIDE_LOCAL_APPDATA")
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("ROSTER_", "APPOINTEDD_"))}
        environment = clean | dict.fromkeys(homes, str(Path(name, "home")))
        with patch.dict(os.environ, environment, clear=True), contextlib.chdir(name):
            yield


def typed(*words: str) -> str:
    """What a command prints at somebody's desk, where nobody can be asked."""
    out, rest = io.StringIO(), io.StringIO()
    with (
        somebodys_desk(),
        patch("sys.stdin", io.StringIO()),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(rest),
    ):
        code = run(words)
    assert code in (ExitCode.DONE, ExitCode.PERSON_NEEDED), rest.getvalue()
    return out.getvalue()


def blank_workbook() -> bytes:
    return make_template(zone=ZoneInfo("Europe/London"))


def rooms_of_the_map() -> list[str]:
    """The rooms in the reading order of ``importer/__init__.py``."""
    reading_order = (importer.__doc__ or "").partition("Reading order:")[2]
    return list(dict.fromkeys(re.findall(r"``(\w+)``", reading_order)))


def written_anew(text: str) -> str:
    """A document with every generated part as the code has it now."""
    return MARKED.sub(lambda part: f"{part[1]}\n{PARTS[part[2]]()}\n{part[3]}", text)


def headings(text: str) -> set[str]:
    """The headings of a document, as links within it name them."""
    titles = re.findall(r"^#+ (.+)$", without_screens(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def without_screens(text: str) -> str:
    return SCREEN.sub("", text)


def lines_to_type(text: str) -> Iterator[list[str]]:
    """Every command line of ``roster`` in a document, as words."""
    screens = SCREEN.findall(text)
    in_passing = re.findall(r"`([^`\n]+)`", without_screens(text))
    for line in "\n".join([*screens, *in_passing]).splitlines():
        found = re.match(r"(?: {3,4}|C:.*> |\S*/)?(?:roster|py -m importer) (.+)", line)
        if found:
            with contextlib.suppress(ValueError):
                yield shlex.split(found[1].partition("   ")[0])


def test_the_templates_that_are_shipped_are_what_the_code_makes() -> None:
    """Where this fails, ``make docs`` writes them anew. Bytes differ between versions of openpyxl."""
    assert (TEMPLATES / "roster-template.csv").read_bytes() == make_csv_template()
    shipped, made = load_workbook(TEMPLATES / "roster-template.xlsx"), load_workbook(io.BytesIO(blank_workbook()))
    assert everything_in(shipped) == everything_in(made)


@pytest.mark.parametrize("name", PARTS)
def test_a_generated_part_is_as_the_code_has_it(name: str) -> None:
    """Where this fails, ``make docs`` writes it anew."""
    parts = {part[2]: part[0] for text in TEXTS.values() for part in MARKED.finditer(text)}
    assert parts[name] == written_anew(parts[name])


def test_no_part_is_generated_twice_or_unknown() -> None:
    names = [part[2] for text in TEXTS.values() for part in MARKED.finditer(text)]
    assert sorted(names) == sorted(PARTS)


def test_what_a_package_index_shows_stands_alone() -> None:
    """Links to files beside it would be dead there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    links = re.findall(r"\]\(([^)\s]+)\)", TEXTS[ROOT / project["readme"]])
    assert [link for link in links if not link.startswith("https://")] == []


def test_readme_is_read_in_one_go() -> None:
    assert len(TEXTS[README].splitlines()) <= LONGEST_README


def test_every_line_to_type_is_one_that_roster_understands() -> None:
    lines = [words for text in TEXTS.values() for words in lines_to_type(text)]
    assert {words[0] for words in lines} >= set(COMMANDS)
    for words in lines:
        command = COMMANDS[words[0]].load() if words[0] in COMMANDS else roster
        assert command is not roster or words[0].startswith(("-", "[")), words
        options = {flag for param in command.params if isinstance(param, click.Option) for flag in param.opts}
        used = {word.partition("=")[0] for word in words if word.startswith("-")}
        assert used <= options | {"-h", "--help"}, words


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_and_heading_that_a_document_names_is_there(document: Path) -> None:
    text = without_screens(TEXTS[document])
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"https?:", link)]
    at_the_top = {path.name for path in ROOT.iterdir()}
    named = [name for name in re.findall(r"`([\w./-]+)`", text) if name.partition("/")[0] in at_the_top]
    paths = {document.parent / link.partition("#")[0] for link in links} | {ROOT / name for name in named}
    assert [path for path in sorted(paths) if not path.exists()] == []
    for path, _, anchor in (link.partition("#") for link in links):
        there = (document.parent / path).resolve() if path else document
        assert not anchor or anchor in headings(TEXTS[there]), (path, anchor)


def test_the_help_of_each_command_names_a_page_that_is_there() -> None:
    for name, entry in COMMANDS.items():
        page, anchor = re.findall(r"docs/([a-z]+\.md)#([a-z-]+)", entry.load().epilog or "")[0]
        assert anchor in headings(TEXTS[DOCS / page]), name


def test_every_test_that_the_documents_name_is_there() -> None:
    text = "\n".join(TEXTS.values())
    named = re.findall(r"`(test_\w+)`", text)
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert named
    assert [name for name in named if f"def {name}(" not in tests] == []


def test_every_make_target_that_the_documents_name_is_there() -> None:
    text = "\n".join(TEXTS.values())
    named = set(re.findall(r"^make (\w+)|`make (\w+)`", text, re.MULTILINE))
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {one or other for one, other in named} <= targets
    assert {"demo", "test", "check", "bench", "docs"} <= {one or other for one, other in named}


def test_the_map_names_every_room() -> None:
    there = {module.name for module in pkgutil.iter_modules(importer.__path__)}
    assert set(rooms_of_the_map()) == there


@pytest.mark.parametrize(
    "folder", [""] + [info.name.removeprefix("importer.") for info in pkgutil.walk_packages(importer.__path__, "importer.")
                      if info.ispkg and not info.name.startswith("importer.ledger.migrations")]
)  # fmt: skip
def test_the_map_of_a_room_names_its_modules_and_no_other(folder: str) -> None:
    path = (ROOT / "importer").joinpath(*folder.split("."))
    there = {module.name for module in pkgutil.iter_modules([str(path)])} - {"__main__"}
    commands = {f"{name}_" if keyword.iskeyword(name) else name for name in COMMANDS}
    text = ast.get_docstring(ast.parse((path / "__init__.py").read_text(encoding="utf-8"))) or ""
    named = set(re.findall(r"``([a-z_]+)``", text)) if folder else set(rooms_of_the_map())
    assert named - {"__main__"} == (there - commands if folder == "cli" else there)


def test_the_name_of_the_service_stands_once_in_code() -> None:
    """Texts take it from there; docstrings, the practice service and what speaks HTTP may say it."""
    allowed = ("sandbox/", "service/appointedd/", "model/sessions.py")
    naming = []
    for path in sorted((ROOT / "importer").rglob("*.py")):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        documents = [node.value for node in nodes if isinstance(node, ast.Expr)]
        texts = [node for node in nodes if isinstance(node, ast.Constant) and node not in documents]
        if any(isinstance(text.value, str) and PROVIDER in text.value for text in texts):
            naming.append(path.relative_to(ROOT / "importer").as_posix())
    assert [path for path in naming if not path.startswith(allowed)] == []


def test_the_figures_are_those_that_bench_measures_with_the_same_bounds() -> None:
    section = TEXTS[DOCS / "development.md"].partition("## Figures")[2].partition("\n## ")[0]
    promised = {tuple(row) for row in re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|", section, re.MULTILINE)}
    calls = ast.walk(ast.parse((ROOT / "bench" / "bench.py").read_text(encoding="utf-8")))
    shown = {
        (call.args[0].value, call.args[2].value)
        for call in calls
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "show"
        and isinstance(call.args[0], ast.Constant) and isinstance(call.args[2], ast.Constant)
    }  # fmt: skip
    assert shown
    assert shown <= promised


def test_every_library_that_is_imported_is_named_with_a_lower_bound() -> None:
    """``make lowest`` tries the bounds."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    bounded = {
        name.lower() for name in re.findall(r"^([\w.-]+)>=[\d.]+$", "\n".join(project["dependencies"]), re.MULTILINE)
    }
    imported = {
        name.partition(".")[0]
        for path in (ROOT / "importer").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
    }
    distributions = packages_distributions()
    libraries = {distributions[name][0].lower() for name in imported - {"importer"} if name in distributions}
    assert libraries <= bounded
    assert len(bounded) == len(project["dependencies"])


def test_the_changelog_has_the_current_version() -> None:
    assert f"\n## {importer.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("Write the templates and the documents' generated parts anew with: make docs")
    (TEMPLATES / "roster-template.csv").write_bytes(make_csv_template())
    (TEMPLATES / "roster-template.xlsx").write_bytes(blank_workbook())
    for path, text in TEXTS.items():
        path.write_text(written_anew(text), encoding="utf-8", newline="\n")
