"""Reasons why a report is missing, in the language of the page."""

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import walk_packages

from written_texts import Function, named, written

from carbon import records
from carbon.records.kinds import messages
from carbon.reports.words.failures import reason_lines
from carbon.reports.words.language import Words
from carbon.reports.words.phrases import known_phrase

MEANT = {
    "headings.layout": {"where": ["above", "below"]},
    "params.company_overrides": {"where": ["line 7: not as many cells as headings", "line 7: a heading twice"]},
    "values.wide_headings": {"what": ["'7' is next to columns of months", "a month is lacking between the others"]},
    "rules.travel_checks": {"say": ["e.g. 7 - 7: 7 km given, 7 km apart"]},
    "files.company": {"problem": ["the rows read sum to 7, params declare 7"]},
    "grids.delimited": {"what": ["neither UTF-8 nor Windows-1252", "is not 7: 7"]},
}
"""Module -> name -> the texts it stands for, where the code makes them before the refusal."""
TEXT = (ast.Constant, ast.JoinedStr, ast.IfExp, ast.BinOp)


@cache
def whole_files_refused() -> list[tuple[str, str]]:
    """What `_refused` reads, once for the tests of this module."""
    return [*dict.fromkeys(_refused())]


def _refused() -> Iterator[tuple[str, str]]:
    """What each refusal of a whole file says, and its remedy, with a file for the name that it begins with."""
    for found in walk_packages(records.__path__, "carbon.records."):
        module = found.name.removeprefix("carbon.records.")
        if found.name == messages.__name__:
            continue  # what it refuses with is read below, by the name that each reader gives
        tree = ast.parse(inspect.getsource(import_module(found.name)))
        texts = {target.id: written(node.value, {}) for node in tree.body if isinstance(node, ast.Assign)
                 for target in node.targets if isinstance(target, ast.Name) and isinstance(node.value, TEXT[:2])}
        for function in (node for node in ast.walk(tree) if isinstance(node, Function)):
            known = named(tree, function) | MEANT.get(module, {})
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in ("refusal", "sheet.refusal") and isinstance(
                        node.args[0], ast.Constant):
                    yield from ((module, text) for text in of_table(node.args[0].value))
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "FileRefused":
                    said = [node.args[0], *(k.value for k in node.keywords if k.arg == "what_to_do")]
                    for what, make in zip(said, (as_of_a_file, "Hint: {}".format), strict=True):
                        ways = written(what, known) if isinstance(what, TEXT) else [
                            *known.get(ast.unparse(what), []), *texts.get(ast.unparse(what), [])]
                        # Some say what another error says, whose words are tested where it is raised.
                        yield from ((module, make(text)) for text in ways if text and not text.endswith((": 7", ", 7")))


class Seven(str):
    """Any word of a message: 7, whatever is asked of it."""

    def __format__(self, form: str) -> str:
        return "7"

    def __getitem__(self, key: object) -> "Seven":
        return self

    def __getattr__(self, name: str) -> "Seven":
        return self


class Sevens(dict):
    """Every word of a message that is not the same everywhere."""

    def __missing__(self, key: str) -> Seven:
        return Seven("7")


def with_sevens(name: str) -> list[str]:
    """Reason and remedy of a message, 7 for each of its words."""
    words = Sevens(messages._ALWAYS, where="params declare" if name == "columns_unknown" else "above")
    return [text.format_map(words) for text in messages._table()[name]]


def of_table(name: str) -> Iterator[str]:
    """What a refusal of the table of messages says, and its remedy, with a file and 7 for each of its words."""
    reason, what_to_do = with_sevens(name)
    yield f"data/raw/acme/2024/a file.csv: {reason}"
    if what_to_do not in ("", "7"):  # a hint that is made of what the file has
        yield f"Hint: {what_to_do}"


def as_of_a_file(text: str) -> str:
    return re.sub(r"^7(?=:|, |#)", "data/raw/acme/2024/a file.csv", text)


def test_each_refusal_of_a_file_is_said_in_french_where_the_index_shows_it(every):
    """Read off the readers, so that a refusal written later without its words fails here. Its values stay in it."""
    def check(room: str, reason: str):
        [(french, language)] = reason_lines(reason, Words("fr"))
        assert language == "fr", room
        assert french.count("7") == reason.count("7")
        assert reason_lines(reason, Words("en")) == [(reason, "en")]

    every(whole_files_refused(), check)


def test_of_an_earlier_year_at_fault_one_line_is_shown():
    """The year's own row has its rows and remedies; later ones name the year, in the language of the page."""
    reason = "cell 4: RejectedShareError: 2022, an earlier year: too many\n 10 a.csv\nHint: correct the rows"
    assert reason_lines(reason, Words("en")) == [("2022, an earlier year, cannot be computed: too many", "en")]
    ((text, _),) = reason_lines(reason, Words("fr"))
    assert text.startswith("2022, année antérieure, ne peut être calculée") and text.endswith("too many")


def test_refusals_are_read_off_all_readers_that_refuse():
    """A reader that refuses and of which nothing is read would pass above without a word."""
    refusing = {m.name.removeprefix("carbon.records.") for m in walk_packages(records.__path__, "carbon.records.")
                if re.search(r"FileRefused\(\s*f?\"", inspect.getsource(import_module(m.name)))}
    assert refusing - {"kinds.messages"} <= {room for room, _ in whole_files_refused()}


def test_each_message_of_the_reading_rules_is_known_in_french(every):
    """Refusals, rejects, exclusions and warnings of data/messages.csv, and their remedies: each has its French, with
    each of its values.
    """
    def check(name: str, text: str):
        french = known_phrase(text, "fr")
        assert french and french.count("7") == text.count("7"), name

    every([(name, text) for name in messages._table() for text in with_sevens(name) if text not in ("", "7")], check)


def test_a_file_and_a_value_stay_as_they_are_written():
    """French spaces are those of the sentence: a name with spaces can be copied, and a cell is quoted as it is."""
    reason = "cell 2: FileRefused: bills 2024 001 ; b.csv, line 3: '12 345 : 6' is not a number"
    assert reason_lines(reason, Words("fr")) == [
        ("bills 2024 001 ; b.csv, ligne 3\u00a0: «\u00a012 345 : 6\u00a0» n’est pas un nombre", "fr")]
