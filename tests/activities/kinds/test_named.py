"""Words of lists, and the activities they name."""

from __future__ import annotations

from carbon.activities.kinds.named import country_words, record_words
from carbon.core import packaged
from carbon.factors import load

NOT_PUBLISHED = {"waste.packaging_steel.not_published"}
"""ADEME has no average treatment of steel packaging: a record of it finds no factor and is told the choices."""


def test_every_word_of_a_list_leads_to_an_activity_of_the_library():
    """A word that named nothing would turn rows into rejects one year later."""
    known = set(load("2026.1").table["activity"])
    words = record_words()
    by_field = {f: rows.set_index("word")["name"] for f, rows in words.groupby("field")}
    assert {f"it.{n}" for n in by_field["equipment.item"]} <= known
    assert {f"freight.{n}" for n in by_field["freight.mode"]} <= known
    assert {f"waste.{m}.{loop}" for m, loop in by_field["waste.recycling"].items()} <= known
    assert set(by_field["waste.material"]) <= {a.split(".")[1] for a in known if a.startswith("waste.")}
    sizes = packaged.read_rows("carbon.activities", "data/freight_sizes.csv")
    assert {f"freight.{line['name']}" for line in sizes} <= known


def test_every_name_of_a_country_has_a_factor_of_that_country():
    """A name of another country's publisher would send the row across the border; a line of a release too."""
    words = country_words()
    for release in ("2026.1", "2026.2"):
        of_release = words[words["release"].isin(["", release])].sort_values("release")
        check_names(release, of_release.drop_duplicates(["region", "field", "word"], keep="last"))


def check_names(release, words):
    table = load(release).table
    known = set(table["region"] + ":" + table["activity"])
    materials = set(table["region"] + ":" + table["activity"].str.split(".").str[:2].str.join("."))
    for region, field, name in zip(words["region"], words["field"], words["name"], strict=True):
        family = field.partition(".")[0]
        if f"{family}.{name}" not in NOT_PUBLISHED:
            assert f"{region}:{family}.{name}" in (materials if field == "waste.material" else known)
