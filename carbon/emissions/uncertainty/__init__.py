"""How sure a total is: sources of doubt that rows share, exact moments, seeded draws, and what to ask for next.

A row's kilograms are its table value times one multiplier for each source of doubt it has. Rows that name the same
source share its multiplier: a thousand rows on one factor are about as doubtful as one.
"""

from carbon.emissions.uncertainty.change import change
from carbon.emissions.uncertainty.defaults import doubts_of
from carbon.emissions.uncertainty.doubts import Doubts, make_doubts
from carbon.emissions.uncertainty.draws import draw_totals
from carbon.emissions.uncertainty.moments import contributions, interval, moments
from carbon.emissions.uncertainty.pedigree import gsd2_of_percent, gsd2_of_scores

__all__ = ["Doubts", "change", "contributions", "doubts_of", "draw_totals", "gsd2_of_percent", "gsd2_of_scores",
           "interval", "make_doubts", "moments"]
