"""Load curves: power, energy or an index in steps become the energy of each day."""

from __future__ import annotations

import numpy as np
import openpyxl
import pandas as pd
import pytest

from carbon.core.errors import FileRefused
from carbon.params.shapes.company import FilePattern
from carbon.records.files.file import read_file
from carbon.records.kinds.contract import ProjectContext

METER = {"country": "FR", "carrier": "electricity", "site": "Lyon", "meter": "30001"}
PARIS = "Europe/Paris"


@pytest.fixture
def read(tmp_path):
    """Read text as a load curve of energy."""
    def run(text, curve, *, headings=None, counted=None, name="a.csv", **options):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        layout = {"curve": curve} | ({"headings": headings} if headings else {}) | ({"columns": counted} if counted
                                                                                    else {})
        chosen = {"pattern": "*", "kind": "energy", "layout": layout, "separator": ";",
                  "constants": METER | {"unit": "kWh"}, "columns": {"date": "Stamp"}} | options
        return read_file(path, name, FilePattern.model_validate(chosen), ProjectContext("acme", declared=True))
    return run


def curve_of(start, end, minutes, value="6", zone=None, form="%Y-%m-%d %H:%M", heading="Stamp;quantity"):
    """Stamps from start until end, as a clock of a zone shows them, each with the value."""
    stamps = pd.date_range(start, end, freq=f"{minutes}min", tz=zone, inclusive="left").strftime(form)
    return heading + "\n" + "".join(f"{s};{value}\n" for s in stamps)


def days_of(one):
    return dict(zip(one.records["period_start"].dt.strftime("%m-%d"), one.records["quantity"].tolist(), strict=True))


@pytest.mark.parametrize(("minutes", "unit", "total"), [(10, "kW", 144), (15, "kW", 144), (30, "W", 0.144),
                                                         (60, "MW", 144_000)])
def test_power_is_multiplied_by_its_step(read, minutes, unit, total):
    """6 kW are 1 kWh in ten minutes and 6 in an hour; the step follows from the stamps, W and MW keep their size."""
    one = read(curve_of("2024-01-01", "2024-01-03", minutes, heading=f"Stamp;quantity ({unit})"),
               {"measures": "power"}, constants=METER)
    assert one.records["quantity"].to_numpy() @ np.ones(2) * {"kWh": 1, "MWh": 1000, "Wh": 0.001}[
        one.records["unit"].iloc[0]] == pytest.approx(2 * total)
    assert one.records["record_id"].tolist()[0] == f"a.csv:B2:B{1 + 1440 // minutes}"
    assert [w.code for w in one.warnings] == []


def test_days_of_23_and_25_hours_are_whole_in_their_zone(read):
    """46 and 50 half hours: no step is missing and none is twice; without the zone the 25th hour is a step twice."""
    march = curve_of("2024-03-30", "2024-04-01", 30, zone=PARIS)
    october = curve_of("2024-10-26", "2024-10-28", 30, zone=PARIS)
    for text, sums in ((march, {"03-30": 288, "03-31": 276}), (october, {"10-26": 288, "10-27": 300})):
        one = read(text, {"measures": "energy", "time_zone": PARIS})
        assert days_of(one) == sums
        assert one.warnings == []
    with pytest.raises(FileRefused) as refused:
        read(october, {"measures": "energy"})
    assert refused.value.code == "steps_repeated"
    assert "time_zone" in refused.value.hint
    assert [w.code for w in read(march, {"measures": "energy"}).warnings] == ["steps_missing"]


def test_stamps_with_an_offset_are_one_clock(read):
    """Each has its own second; the day is the written one, or that of the declared zone where the file is in UTC."""
    form = "%Y-%m-%dT%H:%M:%S%z"
    one = read(curve_of("2024-10-26", "2024-10-28", 30, zone=PARIS, form=form), {
        "measures": "energy", "time_zone": PARIS})
    assert days_of(one) == {"10-26": 288, "10-27": 300}
    utc = curve_of("2024-10-25T22:00Z", "2024-10-27T23:00Z", 30, form="%Y-%m-%dT%H:%M:%SZ")
    assert days_of(read(utc, {"measures": "energy", "time_zone": PARIS, "stamps": "start"})) == {
        "10-26": 288, "10-27": 300}


def test_the_named_end_of_a_step_is_proved_or_asked(read):
    """00:10 to 00:00 are ends, and midnight is of the day before; of an afternoon nobody knows."""
    text = curve_of("2024-01-01 00:10", "2024-01-03 00:10", 10)
    assert days_of(read(text, {"measures": "energy"})) == {"01-01": 864, "01-02": 864}
    part = curve_of("2024-01-01 08:00", "2024-01-02 08:00", 10)
    with pytest.raises(FileRefused) as refused:
        read(part, {"measures": "energy"})
    assert refused.value.code == "steps_unclear"
    assert sum(days_of(read(part, {"measures": "energy", "stamps": "start"})).values()) == 864


def test_missing_and_unreadable_steps_are_named(read):
    """An empty cell and a gap are missing and count nothing; a word is a reject at its cell."""
    lines = curve_of("2024-01-01", "2024-01-04", 60, value="2").splitlines()
    lines[5] = lines[5].replace(";2", ";")
    lines[6] = lines[6].replace(";2", ";fault")
    del lines[30:33]
    one = read("\n".join(lines) + "\n", {"measures": "energy"})
    assert days_of(one) == {"01-01": 44, "01-02": 42, "01-03": 48}
    assert one.rejects[["record_id", "code", "value"]].to_numpy().tolist() == [["a.csv:B7", "not_a_number", "fault"]]
    missing, = (w.text for w in one.warnings if w.code == "steps_missing")
    assert "4 of 72 steps are missing, e.g. on 2024-01-02 (3), 2024-01-01 (1)" in missing
    assert "about 8 at the mean" in missing


@pytest.mark.parametrize(("text", "curve", "code"), [
    (curve_of("2024-01-01", "2024-01-02", 30) + "2024-01-01 10:00;6\n", {"measures": "energy"}, "steps_repeated"),
    (curve_of("2024-01-01", "2024-01-02", 30), {"measures": "power", "step": "10 min"}, "steps_unclear"),
    (curve_of("2024-01-01", "2024-01-02", 30), {"measures": "energy", "step": "often"}, "steps_unclear"),
    (curve_of("2024-01-01", "2024-01-02", 30), {"measures": "energy", "time_zone": "Europe/Lutece"},
     "time_zone_unknown")])
def test_steps_that_are_not_certain_refuse_the_file(read, text, curve, code):
    """A step twice, a declared length that the stamps deny, a length that is none, a zone that is none."""
    with pytest.raises(FileRefused) as refused:
        read(text, curve, constants=METER | {"unit": "kW" if curve["measures"] == "power" else "kWh"})
    assert refused.value.code == code


def test_power_is_no_energy_and_reactive_is_nothing(read):
    """kW read as energy, kWh as power, kvarh as either: refused or rejected, never counted."""
    text = curve_of("2024-01-01", "2024-01-02", 30, heading="Stamp;quantity")
    assert set(read(text, {"measures": "energy"}, constants=METER | {"unit": "kW"}).rejects["code"]) == {
        "unit_dimension"}
    for unit, measures in (("kWh", "power"), ("kvarh", "energy"), ("kVAr", "power")):
        with pytest.raises(FileRefused) as refused:
            read(text.replace("quantity", f"quantity ({unit})"), {"measures": measures}, constants=METER)
        assert refused.value.code == ("unit_dimension" if unit == "kWh" else "columns_missing")


def test_registers_in_and_out_are_kept_apart(read):
    """Equal stamps of two registers are no step twice; feed-in is skipped by name, and reactive power is rejected."""
    rows = [f"2024-01-01 {h:02d}:00;{kind};{value};{unit}" for h in range(24) for kind, value, unit in (
        ("draw", 2, "kW"), ("feed", 5, "kW"), ("reactive", 9, "kVAr"))]
    one = read("Stamp;Direction;quantity;unit\n" + "\n".join(rows) + "\n", {"measures": "power"}, constants=METER,
               skip_rows_where={"Direction": ["feed"]})
    assert one.totals == {"electricity:kWh": "48"}
    assert one.rejects["code"].tolist() == ["unit_unknown"]
    assert one.ledger["code"].tolist() == ["subtotal", "unit_unknown"]


def test_a_total_among_meters_is_rejected(read):
    """The column of all meters is the sum of the others day by day."""
    values = np.random.default_rng(4).integers(10, 900, (72, 2)) / 10
    stamps = pd.date_range("2024-01-01", periods=72, freq="60min")
    rows = [f"{s:%Y-%m-%d %H:%M};{a};{b};{a + b:.1f}" for s, (a, b) in zip(stamps, values.tolist(), strict=True)]
    one = read("Stamp;A (kWh);B (kWh);Site (kWh)\n" + "\n".join(rows) + "\n", {"measures": "energy"}, counted={
        "A (kWh)": {"meter": "A"}, "B (kWh)": {"meter": "B"}, "Site (kWh)": {"meter": "main"}},
        constants={k: v for k, v in METER.items() if k != "meter"})
    assert one.records["quantity"].sum() == pytest.approx(values.sum())
    assert one.rejects["record_id"].str.slice(6, 7).tolist() == ["D"] * 3


def test_a_day_and_a_time_in_two_columns_are_a_stamp(read):
    """{Datum} {Zeit} of German registers, quarter hours with a decimal comma; no column is listed as unread."""
    stamps = pd.date_range("2024-01-13", periods=192, freq="15min")
    one = read("Datum;Zeit;Leistung (kW)\n" + "".join(f"{s:%d.%m.%Y;%H:%M};4,5\n" for s in stamps), {
        "measures": "power"}, columns={"date": "{Datum} {Zeit}", "quantity": "Leistung (kW)"}, constants=METER)
    assert days_of(one) == {"01-13": 108, "01-14": 108}
    assert one.reads[0].unread == {}


def test_the_words_of_single_steps_part_no_day(read):
    """Estimated steps among measured ones are of the same day: one record, nothing rejected as an estimate."""
    rows = [f"01/01/2024 {h:02d}:00;2;{'estimated' if h in (3, 4) else 'actual'};kWh" for h in range(24)]
    rows += [f"13/01/2024 {h:02d}:00;2;actual;kWh" for h in range(24)]
    one = read("Stamp;quantity;Status;unit\n" + "\n".join(rows) + "\n", {"measures": "energy"}, constants=METER)
    assert days_of(one) == {"01-01": 48, "01-13": 48}
    assert one.rejects.empty
    assert "264 of 312 steps are missing, e.g. on 2024-01-02 to 2024-01-12" in next(
        w.text for w in one.warnings if w.code == "steps_missing")


def test_stamps_as_files_have_them(tmp_path, read):
    """Start and end of a step, a clock of twelve hours, and cells of a workbook that are a time."""
    stamps = pd.date_range("2024-01-01", "2024-01-03", freq="60min", inclusive="left")
    starts = {"date_format": "%d/%m/%Y", "columns": {"period_start": "Start", "period_end": "End"}}
    both = "".join(f"{s:%d/%m/%Y %H:%M};{s + pd.Timedelta('1h'):%d/%m/%Y %H:%M};1\n" for s in stamps)
    twelve = "".join(f"{s:%Y-%m-%d %I:%M %p};1\n" for s in stamps)
    for text, options in (("Start;End;quantity\n" + both, starts), ("Stamp;quantity\n" + twelve, {})):
        assert days_of(read(text, {"measures": "energy"}, **options)) == {"01-01": 24, "01-02": 24}
    book = openpyxl.Workbook()
    book.active.append(["Stamp", "quantity"])
    for stamp in stamps:
        book.active.append([stamp.to_pydatetime(), 1.5])
    book.save(tmp_path / "a.xlsx")
    one = read_file(tmp_path / "a.xlsx", "a.xlsx", FilePattern.model_validate({
        "pattern": "*", "kind": "energy", "layout": {"curve": {"measures": "power"}}, "columns": {"date": "Stamp"},
        "constants": METER | {"unit": "kW"}}), ProjectContext("acme", declared=True))
    assert days_of(one) == {"01-01": 36, "01-02": 36}


def test_half_hours_across_are_one_energy_a_day(read):
    """48 columns, 46 filled in spring, 50 in autumn: the cells of a line, and those that lack are named."""
    names = [f"{m // 60:02d}:{m % 60:02d}" for m in range(0, 1440, 30)]
    lines = [";".join(["2024-03-31", *["1"] * 46, "", ""]), ";".join(["2024-04-01", *["1"] * 47, ""]),
             ";".join(["2024-04-02", *["1"] * 47, "x"])]
    text = ";".join(["Stamp", *names]) + "\n" + "\n".join(lines) + "\n"
    one = read(text, {"measures": "energy", "time_zone": "Europe/London"}, headings="time")
    assert days_of(one) == {"03-31": 46, "04-01": 47, "04-02": 47}
    assert one.records["record_id"].tolist()[0] == "a.csv:B2:AW2"
    assert one.rejects["record_id"].tolist() == ["a.csv:AW4"]
    assert "1 of 142 steps are missing, e.g. on 2024-04-01 (1)" in one.warnings[0].text

    fifty = ";".join(["Stamp", *(f"HH{n}" for n in range(1, 51))]) + "\n" + ";".join(["2024-10-27", *["2"] * 50]) + "\n"
    half = read(fifty, {"measures": "power", "time_zone": "Europe/London"}, headings="time",
                constants=METER | {"unit": "kW"})
    assert days_of(half) == {"10-27": 50}
    with pytest.raises(FileRefused) as refused:
        read(text.replace("00:30;", ""), {"measures": "energy"}, headings="time")
    assert refused.value.code == "steps_unclear"


def test_an_index_counts_its_differences(read):
    """Monthly readings are periods; the index that falls is rejected unless params say where it begins again."""
    text = "Stamp;quantity\n2024-01-01;99800\n2024-02-01;99900\n2024-03-01;50\n2024-04-01;175.5\n"
    one = read(text, {"measures": "index"})
    assert one.totals == {"electricity:kWh": "225.5"}
    assert one.records["period_end"].dt.strftime("%m-%d").tolist() == ["01-31", "03-31"]
    assert one.rejects["value"].tolist() == ["99900.0 -> 50.0"]
    assert "index_falls" in {w.code for w in one.warnings}

    rolled = read(text, {"measures": "index", "rolls_over_at": 100000})
    assert rolled.totals == {"electricity:kWh": "375.5"}
    assert "index_rolled" in {w.code for w in rolled.warnings}

    twice = read("Stamp;quantity\n2024-01-01;10\n2024-01-01;12\n2024-02-01;15\n", {"measures": "index"})
    assert twice.totals == {"electricity:kWh": "3"}
    assert twice.rejects["value"].tolist() == ["10.0 -> 12.0"]

    changed = read("Stamp;quantity;meter\n2024-01-01;100;A\n2024-02-01;160;A\n2024-02-01;5;B\n2024-03-01;45;B\n",
                   {"measures": "index"}, constants={k: v for k, v in METER.items() if k != "meter"} | {"unit": "kWh"})
    assert changed.totals == {"electricity:kWh": "100"}


def test_power_that_is_not_read_is_no_energy(read):
    """A month among stamps, a number with its unit, an ambiguous one: rejected, never kW as kWh."""
    text = curve_of("2024-01-01", "2024-01-02", 60) + "2024-02;1000\n"
    text = text.replace("05:00;6", "05:00;1000 kWh").replace("06:00;6", "06:00;1.234")
    one = read(text, {"measures": "power", "stamps": "start"}, constants=METER | {"unit": "kW"})
    assert one.totals == {"electricity:kWh": "132"}
    assert one.rejects["source_line"].unique().tolist() == [7, 8, 26]


def test_the_step_of_each_row_may_be_in_a_column(read):
    """A curve that changes from 30 to 10 minutes, each row with its step, or by the differences alone."""
    stamps = [*pd.date_range("2024-01-01", "2024-01-02", freq="30min", inclusive="left"),
              *pd.date_range("2024-01-02", "2024-01-03", freq="10min", inclusive="left")]
    rows = [f"{s:%Y-%m-%d %H:%M};1;PT{30 if s.day == 1 else 10}M" for s in stamps]
    text = "Stamp;quantity;Pas\n" + "\n".join(rows) + "\n"
    for curve in ({"step": "Pas"}, {}):
        one = read(text, {"measures": "power", "stamps": "start"} | curve, constants=METER | {"unit": "kW"})
        assert days_of(one) == {"01-01": 24, "01-02": 24}
        assert "steps_missing" not in {w.code for w in one.warnings}


def test_a_year_of_ten_meters_in_ten_minutes_is_summed_by_day(read):
    """52,704 x 10 cells, every one in the sum of its day."""
    stamps = pd.date_range("2024-01-01", "2025-01-01", freq="10min", inclusive="left").strftime("%d/%m/%Y %H:%M")
    values = np.random.default_rng(0).integers(0, 5000, (len(stamps), 10))
    lines = [";".join(map(str, row)) for row in values.tolist()]
    text = "Stamp;" + ";".join(f"M{i} (kW)" for i in range(10)) + "\n" + \
        "".join(f"{s};{line}\n" for s, line in zip(stamps, lines, strict=True))
    columns = {f"M{i} (kW)": {"meter": f"M{i}"} for i in range(10)}
    one = read(text, {"measures": "power"}, counted=columns,
               constants={k: v for k, v in METER.items() if k != "meter"})
    assert one.rows_read == 3660
    assert one.records["quantity"].sum() == pytest.approx(values.sum() / 6)
