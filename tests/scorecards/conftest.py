"""A catalogue with one good indicator of each audience, to be broken one rule at a time."""

from __future__ import annotations

import copy

import pytest

GOOD = {
    "id": "training", "audience": "performance", "theme": "people", "label_en": "People trained",
    "label_fr": "Personnes formées", "formula_id": "training_rate", "raw_unit": "people", "numerator_unit": "people",
    "denominator_unit": "people", "direction": "up", "baseline": "20", "baseline_date": "2022-12-31", "target": "80",
    "target_date": "2026-12-31", "source_system": "training", "owner": "people team",
    "evidence_uri": "data/training.csv", "frequency": "yearly", "last_review": "2025-12-01",
}
PUBLIC = {**GOOD, "id": "training_public", "audience": "public", "traces_to": "training"}


@pytest.fixture
def good():
    return copy.deepcopy(GOOD)


@pytest.fixture
def public():
    return copy.deepcopy(PUBLIC)
