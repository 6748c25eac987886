"""Single figures read on a publisher's page: a line each in factor_pages.csv, with its table and edition."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from carbon.factors.sources.imported import complete


def read() -> pd.DataFrame:
    """The lines as factors."""
    lines = pd.read_csv(Path(__file__).parent / "factor_pages.csv", dtype={"edition": "str"})
    return complete(lines.assign(element_id=lines["factor_id"], part="total", gwp_set=""))
