"""What a drawing keeps between its passes changes no pixel, and holds for that drawing only."""

from __future__ import annotations

from contextlib import nullcontext
from io import BytesIO

import numpy as np
import pytest
from matplotlib.axis import Axis
from matplotlib.markers import MarkerStyle
from matplotlib.text import Text
from PIL import Image

from carbon.reports import drawing, theme
from carbon.reports.annual import AnnualReport
from carbon.reports.exhibit import Exhibit

DRAWN = ("scopes", "categories", "scopes_by_year", "trajectory", "budget", "energy_by_month", "travel", "suppliers",
         "coverage")


def pixels(picture: bytes | None) -> np.ndarray:
    assert picture is not None
    return np.asarray(Image.open(BytesIO(picture)).convert("RGB"))


def redrawn(exhibit: Exhibit) -> bytes | None:
    return None if exhibit.draw is None else exhibit.draw()


def test_the_picture_is_the_same_with_and_without_what_is_kept(report: AnnualReport, monkeypatch: pytest.MonkeyPatch):
    """
    Each figure of a report has the pixels that matplotlib gives it when it works out everything anew.
    """
    exhibits = [getattr(report, name)() for name in DRAWN]
    exhibits = [exhibit for exhibit in exhibits if exhibit.draw is not None]
    kept = [pixels(exhibit.png) for exhibit in exhibits]
    monkeypatch.setattr(drawing, "measured_once", nullcontext)

    for exhibit, picture in zip(exhibits, kept, strict=True):
        assert np.array_equal(pixels(redrawn(exhibit)), picture), exhibit.name
    assert len(exhibits) >= 5


def test_labels_that_change_when_the_axes_move_are_drawn_where_they_belong(monkeypatch: pytest.MonkeyPatch):
    """
    Ticks are placed anew after the axes have moved: a long label leaves room for fewer numbers than before it was seen.
    """
    def draw() -> np.ndarray:
        with theme.style():
            figure = theme.blank_figure(height=2.0)
            ax = figure.add_subplot()
            ax.barh(["a name so long that it takes more than half of the width of the figure", "b"], [1, 98765])
            ax.set(xlabel="t CO2e", title="A title")
            return pixels(theme.png(figure))

    kept = draw()
    monkeypatch.setattr(drawing, "measured_once", nullcontext)

    assert np.array_equal(draw(), kept)


def test_matplotlib_is_as_before_once_a_figure_is_drawn():
    """
    Whatever is replaced while drawing is back afterwards, also when drawing fails.
    """
    def own() -> list[object]:
        return [vars(Axis)["_update_ticks"], vars(Axis)["_get_ticklabel_bboxes"], vars(Text)["_get_layout"],
                vars(MarkerStyle)["_set_marker"]]

    before = own()
    with pytest.raises(ValueError, match="cut short"), drawing.measured_once():
        assert all(one is not other for one, other in zip(before, own(), strict=True))
        raise ValueError("cut short")

    assert own() == before


def test_a_matplotlib_that_works_otherwise_inside_draws_as_always(monkeypatch: pytest.MonkeyPatch):
    """
    Where one of the parts replaced is not there, none is.
    """
    layout = vars(Text)["_get_layout"]
    monkeypatch.delattr(Axis, "_get_ticklabel_bboxes")

    with drawing.measured_once():
        assert vars(Text)["_get_layout"] is layout


def test_a_release_whose_pictures_were_not_compared_draws_as_always(monkeypatch: pytest.MonkeyPatch):
    """
    Parts that matplotlib promises nobody may work otherwise in another release, under the same names.
    """
    layout = vars(Text)["_get_layout"]
    monkeypatch.setattr("matplotlib.__version__", "4.0.0")

    with drawing.measured_once():
        assert vars(Text)["_get_layout"] is layout


def test_a_published_picture_is_opaque(report: AnnualReport):
    """
    A figure has three channels: its background is white, and a fourth channel would say so for each pixel.
    """
    assert Image.open(BytesIO(report.scopes().png)).mode == "RGB"
