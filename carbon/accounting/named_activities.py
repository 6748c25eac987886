"""Activities that a company's rules and decisions name: without a factor, every row of the rule would be rejected."""

from __future__ import annotations

import pandas as pd

from carbon.core.errors import CarbonError, ParamsError
from carbon.core.text import spelled_like
from carbon.factors import Library, load
from carbon.factors.misses import other_names
from carbon.factors.sources.project import with_project_factors
from carbon.params.files.company_overrides import read_decisions
from carbon.params.files.load import load_company
from carbon.params.files.project import Project
from carbon.params.shapes.company import CompanyParams

_NEAREST = 3


def check_activities(params: CompanyParams, decisions: pd.DataFrame | None, library: Library) -> None:
    """Raise an error on rules and decisions that name an activity without a factor in the library.

    Raises ParamsError: The rules and decisions, and the nearest names.
    """
    named_by = [(f"rule {r.id!r}", a) for r in params.rules
                for a in (r.activity, r.otherwise.activity if r.otherwise else None) if a]
    if decisions is not None and len(decisions):
        lines = decisions.loc[decisions["activity"] != "", ["supplier", "category", "activity"]]
        named_by += [(f"the decision about {s or c!r}", a) for s, c, a in lines.itertuples(index=False, name=None)]
    known_activities = set(library.table["activity"])
    wrong_names = [(who, activity) for who, activity in dict.fromkeys(named_by) if activity not in known_activities]
    if wrong_names:
        lines_of_text = [f"{who} names the activity {activity!r}, for which there is no factor"
                         f"{_near(activity, known_activities)}" for who, activity in wrong_names[:20]]
        more = f"\n... and {len(wrong_names) - 20} more" if len(wrong_names) > 20 else ""
        raise ParamsError("\n".join(lines_of_text) + more,
                          hint=f"correct it in params/{params.company}/rules.yml, params/{params.company}.yml or the "
                               "decisions of its ledger (`carbon factors search WORDS` finds activities), or add the "
                               f"factor to params/{params.company}/factors.csv")


def _near(activity: str, known_activities: set[str]) -> str:
    # By meaning before spelling: what the words of the name may mean, then what is written nearly so.
    nearest_names = [name for name in other_names(activity) if name in known_activities][:_NEAREST] or \
        spelled_like(activity, sorted(known_activities), n=_NEAREST, cutoff=0.5)
    return f"; nearest: {', '.join(nearest_names)}" if nearest_names else ""


def unknown_activities(project: Project, company: str) -> ParamsError | None:
    """Return the error of `check_activities` for a company of a project; None where every activity has a factor.

    None also where its params, decisions or factors cannot be read: that error is raised where they are used.
    """
    try:
        params, decisions = load_company(project, company), read_decisions(project, company)
        library = with_project_factors(load(params.factors.release), params, params_folder=project.runs_file.parent)
    except CarbonError:
        return None
    try:
        check_activities(params, decisions, library)
    except ParamsError as wrong:
        return wrong
    return None
