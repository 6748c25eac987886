"""The verb on parameter files: where each value comes from, companies from a table, schemas for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from carbon.cli.options import Json, find_project, print_json, say


def params(
    company: Annotated[str | None, typer.Argument(metavar="[COMPANY]", help="Show its values and origins; `upgrade`: "
                                                  "what this version asks of files of an earlier one.")] = None,
    write: Annotated[Path | None, typer.Option("--write", metavar="TABLE", help="Write the params of each company of a "
                                               "CSV table.")] = None,
    schemas: Annotated[bool, typer.Option("--schemas", help="Write JSON Schemas for editors.")] = False,
    sources: Annotated[bool, typer.Option("--sources", help="List the software whose exports are known.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Write what `upgrade` shows.")] = False,
    as_json: Json = False,
) -> None:
    """Show every value of a company's params with the file and line that gives it, or `default`.

    Example: carbon params petit-studio

    Exit codes: 0 shown or written, 2 a file is refused and nothing is written.
    """
    from carbon.core.errors import UsageError

    if [company is not None, write is not None, schemas, sources].count(True) != 1:
        raise UsageError("One of a company, --write, --schemas and --sources is needed", hint="carbon params COMPANY")
    if sources:
        _list_sources(as_json)
        return
    if yes and company != "upgrade":
        raise UsageError("--yes writes what `upgrade` shows, and nothing else", hint="carbon params upgrade --yes")
    if company == "upgrade":
        _upgrade(yes, as_json)
        return
    if company is not None:
        _show(company, as_json)
        return
    written_names = _write_companies(write) if write is not None else _write_schemas()
    if as_json:
        print_json({"written": written_names})
        return
    for name in written_names:
        say(name)
    say(f"{len(written_names)} files written" if written_names else "Nothing has changed")


def _show(company: str, as_json: bool) -> None:
    from carbon.params.files.load import origins

    found_values = origins(find_project(), company)
    if as_json:
        print_json([{"key": it.key, "value": it.value, "place": it.place} for it in found_values])
        return
    key_width, value_width = (min(max(len(text) for text in texts), 60) for texts in (
        [it.key for it in found_values], [str(it.value) for it in found_values]))
    for it in found_values:
        say(f"{it.key:{key_width}}  {it.value!s:{value_width}}  {it.place}")


def _upgrade(yes: bool, as_json: bool) -> None:
    """Show what this version asks that an earlier one did not as changes of the files; with `yes` write them."""
    from carbon.params.files.upgrade import upgrades
    from carbon.runs.desk.params_text import difference

    found = upgrades(find_project(writes=yes))
    written_names = _written({one.name: one.after for one in found}) if yes else []
    if as_json:
        files = [{"file": one.name, "asks": list(one.asks), "diff": difference(one.before, one.after, one.name)}
                 for one in found]
        print_json({"written": written_names, "files": files})
        return
    for one in found:
        say(difference(one.before, one.after, one.name))
        for line in one.asks:
            say(line)
    if not found:
        say("Nothing to upgrade")
    else:
        say("Written; replace each '?' by an answer, then: carbon check" if yes else
            "Not written; carbon params upgrade --yes writes the questions, git or a copy keeps the files before")


def _list_sources(as_json: bool) -> None:
    """List the packaged source profiles and those of the project, where there is one."""
    from carbon.core.errors import UsageError
    from carbon.params.files.sources import all_sources

    try:
        project = find_project()
    except UsageError:
        project = None
    known_sources = list(all_sources(project))
    if as_json:
        print_json([{**s.profile.model_dump(mode="json"), "label": s.label} for s in known_sources])
        return
    for source in known_sources:
        profile = source.profile
        say(f"{source.label}: {profile.software}, {profile.export} -> {profile.kind}")


def _write_companies(table: Path) -> list[str]:
    from carbon.params.files.company_list import company_files

    project = find_project(writes=True)
    return _written({project.name_of(path): text for path, text in company_files(project, table).items()})


def _write_schemas() -> list[str]:
    import json

    from carbon.params.files.schemas import schemas

    return _written({name: json.dumps(schema, indent=1) + "\n" for name, schema in schemas().items()})


def _written(files: dict[str, str]) -> list[str]:
    """Write the files that differ, and return their names."""
    from carbon.runs.publish import write_atomic

    root, changed = find_project(writes=True).root, []
    for name, text in sorted(files.items()):
        path = root / name
        if not path.is_file() or path.read_bytes() != text.encode():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(path, text.encode())
            changed.append(name)
    return changed
