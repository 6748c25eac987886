"""What decided lines teach about open ones: a linear model on words and letters, which only proposes.

It needs scikit-learn (extra `learn`). A proposal has a score, the share of proposals like it that were right on decided
lines held back from the training, and the three decided lines nearest to it.
"""

from __future__ import annotations

import importlib.util
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.activities.classification.words import significant
from carbon.core.text import fold

TEXTS = ("supplier", "category", "description")
RIGHT = 0.95
"""Share of right proposals at and above the threshold, on lines held back; lines of later quarters are right less often
(docs/how-to/classify-purchases.md) [design].
"""
LEAST_LINES, LEAST_OF_A_LABEL, FOLDS, NEAREST = 40, 3, 3, 3
_BLOCK = 500
"""Open lines that are compared with all decided ones at once."""
Scores = npt.NDArray[np.float64]


def missing() -> str:
    """Return why nothing can be learnt on this machine; "" where scikit-learn is installed."""
    present = importlib.util.find_spec("sklearn")
    return "" if present else "scikit-learn is not installed (pip install 'carbon-trajectory[learn]')"


def learn(decided: pd.DataFrame) -> Learner | str:
    """Train on decided lines: supplier, category, description, amount, rows, and the label that a person gave.

    Labels with fewer than LEAST_OF_A_LABEL rows are left out.

    Returns
    -------
    Learner or str
        Why nothing was learnt: no scikit-learn, or too few decided lines.
    """
    if reason := missing():
        return reason
    lines = decided.groupby([*TEXTS, "label"], as_index=False)[["amount", "rows"]].sum()
    lines = lines[lines.groupby("label")["rows"].transform("sum") >= LEAST_OF_A_LABEL].reset_index(drop=True)
    if lines["rows"].sum() < LEAST_LINES or lines["label"].nunique() < 2:
        return (f"the learner needs {LEAST_LINES} decided rows of two or more activities, each with at least "
                f"{LEAST_OF_A_LABEL}; there are {lines['rows'].sum()}")
    return Learner.of(lines)


@dataclass(frozen=True)
class Learner:
    """A trained model with its calibration: proposals below the threshold are not made."""

    lines: pd.DataFrame
    model: _Model
    seen: _Calibration
    unseen: _Calibration

    @classmethod
    def of(cls, lines: pd.DataFrame) -> Learner:
        """Train on all lines, and calibrate on rows held back: of suppliers seen elsewhere, and of new ones."""
        supplier, rows = pd.factorize(lines["supplier"].map(fold))[0], lines["rows"].to_numpy()
        rng = np.random.default_rng(0)
        fold_of = rng.permutation(supplier.max() + 1) % FOLDS
        start = rng.integers(FOLDS, size=len(lines))
        held_rows = {False: np.array([(rows + (start - one) % FOLDS) // FOLDS for one in range(FOLDS)]),
                     True: np.array([np.where(fold_of[supplier] == one, rows, 0) for one in range(FOLDS)])}
        calibrations = {}
        for is_new, back_by_fold in held_rows.items():
            parts = [_held_back(lines, supplier, rows - back, back, is_new=is_new) for back in back_by_fold]
            calibrations[is_new] = _Calibration.of(*(np.concatenate(column) for column in zip(*parts, strict=True)))
        return cls(lines, _Model.of(lines, rows), calibrations[False], calibrations[True])

    def propose(self, lines: pd.DataFrame) -> pd.DataFrame:
        """Propose a label for each line above its threshold.

        Returns
        -------
        DataFrame
            line (index of `lines`), label, score [0 to 1], nearest (the three nearest decided lines and their labels).
        """
        if lines.empty:
            return pd.DataFrame({"line": np.empty(0, np.int64), "label": "", "score": 0.0, "nearest": ""})
        label, margin = self.model.best(lines)
        is_seen = lines["supplier"].map(fold).isin(set(self.lines["supplier"].map(fold))).to_numpy()
        score = np.where(is_seen, self.seen.score(margin), self.unseen.score(margin))
        enough = margin >= np.where(is_seen, self.seen.threshold, self.unseen.threshold)
        # A line without a supplier or a wording has nothing to learn from.
        enough &= (lines["supplier"] + lines["description"]).map(lambda text: bool(fold(text))).to_numpy()
        above = np.flatnonzero(enough)
        nearest = self.model.nearest(lines.iloc[above]) if len(above) else []
        return pd.DataFrame({"line": lines.index.to_numpy()[above], "label": label[above], "score": score[above],
                             "nearest": ["; ".join(map(self._written, near)) for near in nearest]})

    def _written(self, number: int) -> str:
        line = self.lines.iloc[number]
        return " | ".join(str(line[c]) for c in TEXTS if line[c]) + f" = {line['label']}"


def _held_back(
    lines: pd.DataFrame, supplier: npt.NDArray[np.intp], kept_rows: npt.NDArray[np.int64],
    back_rows: npt.NDArray[np.int64], *, is_new: bool,
) -> tuple[Scores, npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
    """Train on the kept rows of each line; return margin, whether right, and rows of the lines held back."""
    training_lines, held_lines = kept_rows > 0, back_rows > 0
    if not is_new:
        held_lines &= np.isin(supplier, supplier[training_lines])
    if lines["label"][training_lines].nunique() < 2 or not held_lines.any():
        return np.empty(0), np.empty(0, dtype=bool), np.empty(0, dtype=np.int64)
    label, margin = _Model.of(lines[training_lines], kept_rows[training_lines]).best(lines[held_lines])
    return margin, label == lines["label"].to_numpy(object)[held_lines], back_rows[held_lines]


@dataclass(frozen=True)
class _Calibration:
    """margins: rising; share: of right proposals at each (isotonic). threshold: margin from which RIGHT of them are."""

    margins: Scores
    share: Scores
    threshold: float

    @classmethod
    def of(cls, margins: Scores, right: npt.NDArray[np.bool_], rows: npt.NDArray[np.int64]) -> _Calibration:
        """Calibrate on rows held back; with fewer than LEAST_LINES no score is above the threshold."""
        from sklearn.isotonic import IsotonicRegression

        if rows.sum() < LEAST_LINES:
            return cls(np.zeros(1), np.zeros(1), math.inf)
        order = np.argsort(margins, kind="stable")
        rising, correct, weight = margins[order], right[order].astype(np.float64), rows[order]
        model = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip")
        share = model.fit(rising, correct, sample_weight=weight).predict(rising)
        above = np.cumsum((correct * weight)[::-1])[::-1] / np.cumsum(weight[::-1])[::-1]
        enough = np.flatnonzero(above >= RIGHT)
        return cls(rising, share, float(rising[enough[0]]) if len(enough) else math.inf)

    def score(self, margin: Scores) -> Scores:
        """Return the share of right proposals at each margin."""
        return np.interp(margin, self.margins, self.share)


@dataclass(frozen=True)
class _Model:
    words: Any
    letters: Any
    matrix: Any
    linear: Any

    @classmethod
    def of(cls, lines: pd.DataFrame, rows: npt.NDArray[np.int64]) -> _Model:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.svm import LinearSVC

        words = TfidfVectorizer(analyzer=str.split, sublinear_tf=True)
        letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), sublinear_tf=True)
        words.fit(_tokens(lines))
        letters.fit(_letters(lines))
        linear = LinearSVC(tol=1e-2, max_iter=1000, random_state=0)
        model = cls(words, letters, None, linear)
        matrix, weight = model.features(lines), np.sqrt(rows)
        return cls(words, letters, matrix, linear.fit(
            matrix, lines["label"].to_numpy(object), sample_weight=weight / weight.mean()))

    def features(self, lines: pd.DataFrame) -> Any:
        """Return the lines as rows of word and letter weights."""
        from scipy.sparse import csr_matrix, hstack

        return csr_matrix(hstack([self.words.transform(_tokens(lines)), self.letters.transform(_letters(lines))]))

    def best(self, lines: pd.DataFrame) -> tuple[npt.NDArray[np.object_], Scores]:
        """Return the best label of each line and its margin over the second."""
        decision = self.linear.decision_function(self.features(lines))
        if decision.ndim == 1:
            decision = np.column_stack([-decision, decision])
        ranked = np.sort(decision, axis=1)
        return self.linear.classes_[decision.argmax(axis=1)], ranked[:, -1] - ranked[:, -2]

    def nearest(self, lines: pd.DataFrame) -> list[list[int]]:
        """Return the numbers of the decided lines nearest to each line, by the angle between their weights."""
        features = self.features(lines)
        blocks = ((features[start:start + _BLOCK] @ self.matrix.T).toarray() for start in range(0, len(lines), _BLOCK))
        return [list(map(int, np.argsort(-row, kind="stable")[:NEAREST])) for block in blocks for row in block]


def _tokens(lines: pd.DataFrame) -> list[str]:
    """Return the words of each line, marked by their column, pairs of words, and the size of its mean amount."""
    tokens = []
    for supplier, category, description, amount, rows in lines[[*TEXTS, "amount", "rows"]].itertuples(
            index=False, name=None):
        size = abs(amount) / max(rows, 1)
        marked = [f"{mark}:{w}" for mark, text in (("s", supplier), ("c", category), ("d", description))
                  for w in (*sorted(significant(text)), *_pairs(text))]
        tokens.append(" ".join([*marked, f"e:{int(math.log10(size))}" if size >= 1 else "e:0"]))
    return tokens


def _pairs(text: str) -> list[str]:
    words = fold(text).split()
    return [f"{first}_{second}" for first, second in pairwise(words)]


def _letters(lines: pd.DataFrame) -> list[str]:
    return [fold(f"{supplier} {description}") for supplier, description in zip(
        lines["supplier"], lines["description"], strict=True)]
