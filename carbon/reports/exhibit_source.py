"""
What every part of `AnnualReport` is given: the inventory, the words, and how an exhibit is put together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from carbon.reports import theme
from carbon.reports.exhibit import Exhibit
from carbon.reports.words import Words


class ExhibitSource:
    """
    Base of the parts of `AnnualReport`, which fills in what stands open here.
    """

    inventory: Any

    @property
    def words(self) -> Words:
        """
        The language of the company's params.
        """
        raise NotImplementedError

    def _exhibit(
        self, name: str, table: pd.DataFrame, plot: Callable[..., Any] | None = None, *, height: float = theme.HEIGHT,
        html: Any = None,
    ) -> Exhibit:
        raise NotImplementedError
