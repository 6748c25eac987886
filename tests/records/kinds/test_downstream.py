"""Kinds of record for scope 3 methods: French files, percentages, and words that no list has."""

from __future__ import annotations

import pytest

from carbon.records.files.file import read_records

HEAD = "début,fin,société,pays,actif,rôle,type de bail,énergie,quantité,unité,surface,unité de surface,"
PERIOD = "01/01/2024,31/12/2024,Acme,France,étage,preneur,location simple,électricité,1000,kWh,200,m2,"


def read(tmp_path, text, kind="leased_assets"):
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    return read_records(tmp_path / "a.csv", kind)


@pytest.mark.parametrize(("heading", "cell", "share"), [
    ("taux d'occupation", "75 %", 0.75), ("taux d'occupation (%)", "75", 0.75), ("taux d'occupation", "0.75", 0.75)])
def test_a_french_file_of_leases(tmp_path, heading, cell, share):
    """Headings and words in French; percentages are parts of one."""
    found = read(tmp_path, f"{HEAD}{heading}\n{PERIOD}{cell}\n")

    row = found.records.iloc[0]
    assert (row["role"], row["lease"], row["country"], row["area"], row["occupied_share"]) == (
        "lessee", "operating", "FR", 200.0, share)


@pytest.mark.parametrize(("kind", "text", "code", "choices"), [
    ("leased_assets", f"{HEAD}site\n{PERIOD.replace('preneur', 'voisin')}\n", "role_unknown", ("lessee", "lessor")),
    ("product_use", "date,company,product,phase,units_sold,activity,quantity,unit\n2024-01-01,A,x,later,1,diesel,1,L\n",
     "phase_unknown", ("direct", "fuel_sold")),
    ("end_of_life", "date,company,product,material,treatment,quantity,unit,share\n2024-01-01,A,x,y,moon,1,t,1\n",
     "treatment_unknown", ("landfill", "composting")),
])
def test_an_unknown_word_is_rejected_with_the_choices(tmp_path, kind, text, code, choices):
    """Where no known word is near, the message lists the words there are."""
    rejects = read(tmp_path, text, kind).rejects
    assert rejects["code"].tolist() == [code]
    assert all(word in rejects["reason"].item() for word in choices)
