"""Uncertainty of totals: the sources that rows share, exact moments, seeded draws, and what to ask for next.

A row's kilograms are its table value times one multiplier for each of its sources of uncertainty. Rows with the same
source share its multiplier: a thousand rows on one factor are about as uncertain as one.
"""

from carbon.emissions.uncertainty.change import change
from carbon.emissions.uncertainty.defaults import uncertain_rows_of
from carbon.emissions.uncertainty.draws import draw_totals
from carbon.emissions.uncertainty.moments import contributions, interval, moments
from carbon.emissions.uncertainty.pedigree import gsd2_of_percent, gsd2_of_scores
from carbon.emissions.uncertainty.sources import UncertainRows, make_uncertain_rows

__all__ = ["UncertainRows", "change", "contributions", "draw_totals", "gsd2_of_percent", "gsd2_of_scores", "interval",
           "make_uncertain_rows", "moments", "uncertain_rows_of"]
