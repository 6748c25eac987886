"""The digital tables and parameters of a company: read strictly, with file, line and column of what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbon.core.digital_tables import ASSET, HOSTING
from carbon.core.errors import FileRefused, ParamsError
from carbon.records.params.digital import read_answers, read_digital, read_digital_table
from carbon.records.params.project import Project

ROOT = Path(__file__).resolve().parents[3]
GOOD = "service,provider,kwh,pue,grid_g_per_kwh,renewable_share,location\nsite,Nord,100,1.2,50,1,FR\n"


def write(folder: Path, text: str, name: str = "hosting.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_table_is_read_with_its_types(tmp_path):
    """Numbers, text, an empty number that stays missing."""
    table = read_digital_table(write(tmp_path, GOOD.replace(",1.2,", ",,")), HOSTING)
    assert table["kwh"].tolist() == [100.0] and table["pue"].isna().all() and table["location"].tolist() == ["FR"]


@pytest.mark.parametrize(("text", "what"), [
    (GOOD.replace("provider", "host"), "missing columns ['provider'], unknown columns ['host']"),
    (GOOD.replace("1.2", "1,2"), "not as many cells"),
    (GOOD.replace("1.2", "low"), "line 2: `pue` = 'low'"),
    (GOOD + "site,Sud,1,1,1,1,FR\n", "service is not unique"),
    ("", "no rows"),
])
def test_a_bad_table_is_refused_with_its_place(tmp_path, text, what):
    """Nothing is guessed or dropped."""
    with pytest.raises(FileRefused) as refused:
        read_digital_table(write(tmp_path, text), HOSTING)
    assert what in str(refused.value)


def test_dates_are_iso_and_a_needed_one_may_not_be_empty(tmp_path):
    """03/04/2024 could be two days: it is refused."""
    header = ",".join(ASSET.columns)
    row = "a,laptop,,,03/04/2024,,in use,,,new,,,,,,"
    with pytest.raises(FileRefused, match="03/04/2024"):
        read_digital_table(write(tmp_path, f"{header}\n{row}\n", "assets.csv"), ASSET)


def test_an_undeclared_file_is_refused(tmp_path):
    """A file with another name in the digital folder is an error, not skipped."""
    (tmp_path / "params").mkdir()
    text = (ROOT / "params" / "petit-studio.yml").read_text(encoding="utf-8")
    (tmp_path / "params" / "petit-studio.yml").write_text(text, encoding="utf-8")
    folder = tmp_path / "data" / "raw" / "petit-studio" / "digital"
    folder.mkdir(parents=True)
    write(folder, GOOD, "hosts.csv")
    with pytest.raises(FileRefused, match=r"hosts\.csv"):
        read_digital("petit-studio", project=Project(tmp_path))


def test_answers_of_a_file_are_checked(tmp_path):
    """A share that is no number names its line."""
    text = (ROOT / "params" / "petit-studio" / "service.yml").read_text(encoding="utf-8")
    assert read_answers(write(tmp_path, text, "answers.yml")).service_id == "site-vitrine"
    with pytest.raises(ParamsError, match="users"):
        read_answers(write(tmp_path, text.replace("users: 60000", "users: many"), "answers.yml"))
