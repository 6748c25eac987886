"""The verbs of `carbon`. One module per group; each imports what it needs when it is called, so that help is instant.

Exit codes: 0 success, 1 failure of the work, 2 usage or environment (a CarbonError raised before any work).
"""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer

import carbon
from carbon.cli import digital, events, factors, levers, mapping, params, plan, project, published, records
from carbon.cli.options import print_json, rows
from carbon.core.public_names import refuse_other_program

app = typer.Typer(
    name="carbon", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"carbon-trajectory {carbon.__version__}")
        raise typer.Exit


@app.callback()
def common(version: Annotated[bool, typer.Option(
        "--version", callback=_print_version, is_eager=True, help="Print the version and end.")] = False) -> None:
    """Company records become GHG Protocol inventories, trajectories and reviewable annual reports."""


app.command("run")(project.run)
app.command("check")(records.check)
app.command("map")(mapping.map_files)
app.command("params")(params.params)
app.command("classify")(records.classify)
app.command("requests")(records.requests)
app.command("verify")(published.verify)
app.command("seal")(published.seal)
app.command("explain")(published.explain)
app.command("diff")(published.diff)
app.command("review")(published.review)
app.command("audit")(published.audit)
app.command("plan")(plan.plan)
app.command("adopt")(plan.adopt)
app.command("actions")(plan.actions)
app.add_typer(levers.app, name="levers")
app.command("file")(published.file)
app.add_typer(events.app, name="events")
app.add_typer(factors.app, name="factors")
app.command("digital")(digital.digital)
app.command("service")(digital.service)
app.add_typer(digital.indicators_app, name="indicators")
app.command("init")(project.init)
app.command("lab", context_settings={"ignore_unknown_options": True, "allow_extra_args": True})(project.lab)


def main() -> None:
    """Run the command line: every expected failure is one message on stderr and an exit code, never a traceback.

    A CarbonError, a wrong option or an error of the system (no permission, a full disk) exits with code 2.
    """
    from carbon.core.errors import CarbonError

    try:
        # Where the other program's own __init__ came last, that of this package never runs.
        refuse_other_program(carbon.__path__)
    except ImportError as error:
        raise SystemExit(f"{error}") from None
    try:
        code = app(standalone_mode=False)
    except CarbonError as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        _print_error(type(error).__name__, error.what, error.hint, code=getattr(error, "code", ""), table=error.rows)
        raise SystemExit(2) from None
    except (typer.Abort, KeyboardInterrupt):
        raise SystemExit(130) from None
    except BrokenPipeError:
        # Whoever read stdout has enough (`carbon factors list | head`); nothing may be flushed to it at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(141) from None
    except OSError as error:
        what = f"{error.filename or 'the system'}: {error.strerror or error}"
        sys.stderr.write(f"{type(error).__name__}: {what}\nHint: cure the cause, then call again; what was published "
                         "before is unchanged\n")
        _print_error(type(error).__name__, what, "cure the cause, call again")
        raise SystemExit(2) from None
    except Exception as error:
        # An error of the command line itself: it can show itself, and its class is no public name of typer.
        if not hasattr(error, "format_message") or not hasattr(error, "show"):
            raise
        error.show()
        _print_error("UsageError", error.format_message(), "see --help")
        raise SystemExit(2) from None
    raise SystemExit(code if isinstance(code, int) else 0)


def _print_error(kind: str, what: str, hint: str, *, code: str = "", table: Any = None) -> None:
    """Print what went wrong as the one JSON value of a verb, where JSON was asked for: also every row it is about."""
    if "--json" in sys.argv:
        print_json({"error": {"type": kind, "code": code, "what": what, "hint": hint,
                              "rows": [] if table is None else rows(table)}})
