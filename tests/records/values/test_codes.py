"""Codes of sites, meters and accounts compare without case and outer blanks; what params do not settle is asked."""

import pytest

from carbon.core.errors import ParamsError
from carbon.core.params.company import FilePattern
from carbon.records.files.file import read_file
from carbon.records.kinds.project_context import ProjectContext
from carbon.records.params.load import load_company

HEAD = "date;site;meter;carrier;quantity;unit\n"


@pytest.fixture
def read(tmp_path):
    def run(*rows, **options):
        path = tmp_path / "a.csv"
        path.write_text(HEAD + "".join(f"2024-0{i + 1};{row};electricity;5;kWh\n" for i, row in enumerate(rows)))
        pattern = FilePattern.model_validate({"pattern": "*", "kind": "energy"} | options)
        return read_file(path, "a.csv", pattern, ProjectContext("acme", sites={"Lyon": "FR"}, declared=True))
    return run


def test_a_declared_site_is_known_in_any_case(read):
    """The country of "LYON" and of " lyon" is that of the site Lyon, and all three are one site."""
    file = read("LYON;A1", " lyon;A1", "Lyon;A1")
    assert file.rows_rejected == 0
    assert file.records[["site", "country"]].drop_duplicates().to_numpy().tolist() == [["Lyon", "FR"]]
    assert [w.code for w in file.warnings] == []


def test_codes_that_no_list_settles_are_asked_and_never_merged(read):
    """Meters a1 and A1 count as two until params give one the meaning of the other."""
    file = read("Lyon;a1", "Lyon;A1")
    assert [w.code for w in file.warnings] == ["codes_differ_in_case"]
    assert "`values: {meter: {A1: a1}}`" in file.warnings[0].text
    assert file.records["meter"].tolist() == ["a1", "A1"]
    answered = read("Lyon;a1", "Lyon;A1", values={"meter": {"A1": "a1"}})
    assert answered.records["meter"].tolist() == ["a1", "a1"]
    assert [w.code for w in answered.warnings] == []


def test_accounts_are_without_blanks_and_two_spellings_are_asked(tmp_path):
    """" 606100 " is the account 606100; 6061a next to 6061A is asked; suppliers are words and keep their spelling."""
    path = tmp_path / "a.csv"
    rows = ["Acme; 606100 ", "ACME;606100", "B;6061a", "B;6061A"]
    path.write_text("date;supplier;account;amount;currency\n" + "".join(
        f"2024-01-0{i + 1};{row};5;EUR\n" for i, row in enumerate(rows)))
    same = {"category": "x", "company": "acme", "description": "y"}
    file = read_file(path, "a.csv", FilePattern(pattern="*", kind="purchases", constants=same), ProjectContext())
    assert file.records["account"].tolist() == ["606100", "606100", "6061a", "6061A"]
    assert file.records["supplier"].tolist() == ["Acme", "ACME", "B", "B"]
    assert [w.code for w in file.warnings] == ["codes_differ_in_case"] and "`account`" in file.warnings[0].text


def test_two_sites_of_params_in_one_spelling_are_asked(folder):
    """lyon and LYON under `sites` may be one site or two."""
    path = folder.project.params_file("acme")
    path.write_text(path.read_text().replace("sites: {lyon: FR,", "sites: {lyon: FR, LYON: FR,"))
    with pytest.raises(ParamsError, match="differ in case alone"):
        load_company(folder.project, "acme")
