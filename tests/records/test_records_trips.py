"""Trips between places: names that params replace, namesakes, and ends that are not known."""

from __future__ import annotations

from carbon.records.files.company import read_company


def test_places_by_another_name_and_the_largest_namesake(folder):
    """`values` gives the town of a suburb, `travel.namesakes` the largest of several; without them all are rejects."""
    trips = ("date;mode;origin;destination;cabin_class;passengers;trips\n"
             "2024-03-01;air;Stanford, USA;Boston, MA;economy;1;1\n"
             "2024-03-02;air;Portland, USA;Boston, MA;economy;1;1\n")
    folder.params("- {pattern: t.csv, kind: travel}")
    folder.raw("t.csv", trips)
    without_params = read_company("acme", 2024, project=folder.project)
    assert without_params.rejects["code"].tolist() == ["place_unknown", "place_ambiguous"]

    folder.params("- {pattern: t.csv, kind: travel, values: {origin: {\"Stanford, USA\": \"Palo Alto, CA, USA\"}}}")
    path = folder.project.root / "params/acme.yml"
    path.write_text(path.read_text().replace("road_detour: 1.5}", "road_detour: 1.5, namesakes: largest}"))
    with_params = read_company("acme", 2024, project=folder.project)
    assert with_params.rejects.empty
    assert with_params.records["travel"]["origin"].tolist() == ["Palo Alto, CA, USA", "Portland, USA"]


def test_trips_of_unknown_length_are_in_the_ledger_row_by_row(folder):
    """A flight or train with neither a distance nor two known ends is a reject with its line, without an amount, and
    the reason names the end. One whose ends are known is a record.
    """
    folder.params("- {pattern: t.csv, kind: travel}")
    folder.raw("t.csv", "date;mode;origin;destination;cabin_class;passengers;trips\n"
                        "2024-03-01;air;CDG;QQQ;economy;1;1\n2024-03-02;rail;;;;1;1\n2024-03-03;air;CDG;JFK;economy;1;1\n")
    read = read_company("acme", 2024, project=folder.project)

    assert read.ledger["source_line"].tolist() == [2, 3]
    assert read.ledger["amount"].isna().all()
    assert read.ledger["code"].tolist() == ["airport_unknown", "place_missing"]
    assert len(read.records["travel"]) == 1
