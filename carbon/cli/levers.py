"""`carbon levers`: the streams a lever can act on, packaged templates, a first entry, and a check of the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from carbon.cli.options import Json, Language, find_project, note, print_json, rows, say, show_words

if TYPE_CHECKING:
    from carbon.levers.model import Template
    from carbon.params.shapes.levers import Select

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None,
                  help="Possible measures in params/<company>/levers.yml. Example: carbon levers streams petit-studio")
Company = Annotated[str, typer.Argument(metavar="C", help="A company of params/.")]


@app.command("streams")
def streams(company: Company, language: Language = "en", as_json: Json = False) -> None:
    """List the streams of the last inventory, largest first: what `where` and `to` of a lever select.

    Example: carbon levers streams petit-studio

    Exit codes: 0 listed, 2 usage or environment.
    """
    from carbon.accounting import inventories
    from carbon.core.units import KG_PER_T
    from carbon.levers.baseline import STREAM
    from carbon.levers.baseline import streams as of

    entries = inventories(company, project=find_project()).inventories
    table = of(entries[max(entries)].emissions).sort_values("location_kg", ascending=False, ignore_index=True)
    listed = table[STREAM].assign(location_t=table["location_kg"] / KG_PER_T, market_t=table["market_kg"] / KG_PER_T)
    if as_json:
        print_json(rows(listed))
        return
    show_words(listed, language, "title.streams", company=company, year=max(entries))


@app.command("templates")
def templates(language: Language = "en", as_json: Json = False) -> None:
    """List the packaged kinds of lever with their parameters, units and limits.

    Example: carbon levers templates

    Exit codes: 0 listed.
    """
    from carbon.levers.model import templates_table

    table = templates_table()
    if as_json:
        print_json(rows(table))
        return
    show_words(table[["template", "title", "parameter", "unit", "minimum", "maximum"]], language, "title.templates")


@app.command("new")
def new(template: Annotated[str, typer.Argument(help="A name from `carbon levers templates`.")],
        as_json: Json = False) -> None:
    """Print an entry of levers.yml to paste and fill in: each value to replace is in angle brackets.

    Example: carbon levers new heating_switch

    Exit codes: 0 printed, 2 an unknown template.
    """
    from carbon.core.errors import UsageError
    from carbon.core.text import instead
    from carbon.levers.model import templates as known

    entries = known().get(template)
    if entries is None:
        raise UsageError(f"{template!r} is no template", hint=instead(template, known()))
    entry = _entry(template, entries)
    if as_json:
        print_json({"template": template, "yaml": entry})
        return
    say(entry)


def _entry(name: str, template: Template) -> str:
    parameters = [f"      {p}: <{d.minimum:g} to {d.maximum:g} {d.unit}> # {d.meaning}; or {{low, likely, high}}"
                  for p, d in template.parameters.items()]
    selections = [f"    {key}: {_flow(select)} # {what}" for key, select, what in (
        ("where", template.where, "streams that it acts on: narrow or widen them"),
        ("to", template.to, "streams in which emissions appear")) if select]
    return "\n".join([
        f"  # {template.note} Source: {template.source}", f"  {name.replace('_', '-')}:",
        f"    label: {{en: {template.title}}}", f"    template: {name}", *selections,
        "    parameters:", *parameters, f"    track: {template.track}",
        "    cost: {currency: <EUR>, price_year: <year>, capex: <0>, opex_per_year: <0>, savings_per_year: 0}",
        "    # saves: [{resource: <of plan.resources>}]", "    lifetime_years: <years>", "    earliest_start: <year>",
        "    evidence: <offer, study, trial>"])


def _flow(select: Select) -> str:
    """Return a selection on one line, as YAML has it."""
    fields = {name: ", ".join(f'"{word}"' if isinstance(word, str) else str(word) for word in words)
              for name, words in select if words}
    return f"{{{', '.join(f'{name}: [{words}]' for name, words in fields.items())}}}"


@app.command("check")
def check(company: Company, as_json: Json = False) -> None:
    """Read levers.yml and hold every lever against the streams of the last inventory, without choosing a plan.

    Example: carbon levers check petit-studio

    Exit codes: 0 accepted, 2 refused: file, lever and field are named.
    """
    from carbon.accounting import inventories
    from carbon.levers.company import problem_from
    from carbon.params.files.levers import read_levers

    project = find_project()
    records = read_levers(company, project=project)
    problem, _ = problem_from(records, inventories(company, project=project))
    result: dict[str, Any] = {"company": company, "levers": len(set(problem.lever_ids)),
                              "streams": len(problem.rows), "limits": [x.name for x in problem.limits]}
    if as_json:
        print_json(result)
        return
    say(f"{records.name}: {result['levers']} levers on {result['streams']} groups of streams, "
        f"limits {', '.join(result['limits'])}")
    note("`carbon plan` chooses among them")
