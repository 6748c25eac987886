"""The figure of the worst breaches."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from breaches_found import CREDIT, EACH, GONE, MONTHS, SHARE, breaches
from matplotlib import pyplot as plt

from carbon.reports.figures.expectations import LETTERS, WORST, plot_breaches
from carbon.reports.tables.expectations import breaches_table
from carbon.reports.words.language import Words

pytestmark = pytest.mark.usefixtures("agg")


def table_of(inventory, *lines):
    return breaches_table(dataclasses.replace(inventory, found=breaches(*lines)), words=Words("en"))


def test_a_value_is_drawn_over_the_usual_one_on_its_band(inventory):
    """24.8 GWh against 24,800 kWh is 1,000 times; the band from 13,800 / 24,800 to 44,600 / 24,800; 9 of 12 months."""
    ax = plot_breaches(table_of(inventory, {}, MONTHS))
    points = np.concatenate([c.get_offsets() for c in ax.collections])
    bars = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches]

    assert ax.get_xscale() == "log"
    assert points[:, 0].tolist() == pytest.approx([1000.0, 0.75])
    assert bars[0] == pytest.approx((13_800 / 24_800, 44_600 / 24_800))


def test_values_without_a_ratio_are_at_the_end_of_the_axis(inventory):
    """Zero and a negative amount have no place on a logarithm: a hollow mark on their side, never left out."""
    ax = plot_breaches(table_of(inventory, {}, GONE, CREDIT, SHARE))
    filled, hollow = ax.collections
    first, last = ax.get_xlim()

    assert len(filled.get_offsets()) + len(hollow.get_offsets()) == 4
    assert hollow.get_offsets()[:, 0].tolist() == pytest.approx([first, first])
    assert hollow.get_facecolor().size == 0 and filled.get_offsets()[:, 0].max() < last


@pytest.mark.parametrize("size", [(7.4, 4.0), (3.0, 2.0)])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_labels_are_never_cut(inventory, size, language: str):
    """Each label has its records, value and band in full, whatever the size of the axes."""
    found = dataclasses.replace(inventory, found=breaches(*EACH))
    table = breaches_table(found, words=Words(language))
    _, ax = plt.subplots(figsize=size, layout="constrained")
    plot_breaches(table, ax, words=Words(language))
    labels = [label.get_text() for label in ax.get_yticklabels()]

    assert len(labels) == min(WORST, len(EACH))
    assert not any("…" in label for label in labels)
    assert all(max(map(len, label.split("\n"))) <= LETTERS for label in labels)
    assert all(subject.split(" ")[0] in label for subject, label in zip(table["subject"], labels, strict=False))


def test_nothing_out_of_line_draws_an_empty_figure(inventory):
    """A company without a breach has axes and no mark."""
    ax = plot_breaches(inventory)
    assert sum(len(c.get_offsets()) for c in ax.collections) == 0 and len(ax.patches) == 0
