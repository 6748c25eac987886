"""Why company-years failed: each reason with its remedy, within a screen."""

from __future__ import annotations

from carbon.runs.schedule.reasons import SCREEN, closing_lines

TYPO = ("params/alpha.yml:4: key `currency` is missing: it is required and has no default\n"
        "params/alpha.yml:7: unknown key `curency`; did you mean `currency`?\nHint: edit params/alpha.yml")
REFUSED = "cell 4: FileRefused: data/raw/{}/2024/energy.csv: the file is empty\nHint: ask for it again, or remove it"


def row(company: str, reason: str = "", status: str = "failed") -> dict:
    return {"company": company, "year": 2024, "reason": reason, "status": status}


def test_a_failure_is_told_with_all_its_errors_and_its_remedy():
    """A typo in params: the missing key, the key that was meant and the file to edit; the reader sees no class name."""
    assert closing_lines([row("alpha", TYPO), row("beta", REFUSED.format("beta")), row("gamma", status="ok")]) == [
        "alpha/2024: params/alpha.yml:4: key `currency` is missing: it is required and has no default",
        "    params/alpha.yml:7: unknown key `curency`; did you mean `currency`?",
        "    Hint: edit params/alpha.yml",
        "beta/2024: data/raw/beta/2024/energy.csv: the file is empty",
        "    Hint: ask for it again, or remove it"]


def test_many_failures_fit_on_a_screen_and_keep_their_remedies():
    """Fifteen long reasons keep first line and hint; of fifty, those without room are counted and the file is named;
    the same reason is said once for all its company-years.
    """
    table = "\n".join(f"line {n} of the rejects" for n in range(8))
    long = [row(f"c{n}", f"c{n} rejected too much\n{table}\nHint: correct c{n}") for n in range(50)]
    few, many = closing_lines(long[:10]), closing_lines(long)
    assert len(few) == SCREEN and sum("Hint: correct" in line for line in few) == 10
    assert len(many) <= SCREEN + 1 and many[-1].startswith("... and 37 more: c13/2024, c14/2024")
    assert many[-1].endswith("run_summary.json") and sum("Hint: correct" in line for line in many) == 13
    same = closing_lines([row(f"c{n}", "sick\nHint: heal") for n in range(50)])
    assert same == ["c0/2024, c1/2024, c2/2024, c3/2024 and 46 more: sick", "    Hint: heal"]


def test_text_of_records_cannot_act_on_the_terminal():
    """An escape sequence in a reason is shown, not obeyed; a line of a thousand columns is cut."""
    lines = closing_lines([row("alpha", "bad\x1b[2Jvalue\n" + "x" * 10_000)])
    assert lines[0] == "alpha/2024: bad\N{REPLACEMENT CHARACTER}[2Jvalue" and len(lines[1]) < 700


def test_an_earlier_year_at_fault_is_named_once():
    """2023 cannot be made without 2022: one block for both, whose rejects are those of 2022; a fault of its own is
    apart.
    """
    fault = "too much was rejected\n  10 a.csv quantity\n{}Hint: correct the rows"
    own = fault.format("All rejected rows: data/processed/acme/2022/failed-rejects.csv\n")
    rows = [{"company": "acme", "year": year, "reason": f"cell 4: RejectedShareError: {reason}"} for year, reason in (
        (2022, own), (2023, "2022, an earlier year: " + fault.format("")), (2024, "another fault"))]
    assert closing_lines(rows) == [
        "acme/2022, acme/2023: too much was rejected", "      10 a.csv quantity",
        "    All rejected rows: data/processed/acme/2022/failed-rejects.csv", "    Hint: correct the rows",
        "acme/2024: another fault"]


def test_a_base_year_at_fault_is_named_once():
    """The file of the reported years is read with every year: whichever cell met the error, it is one line with the
    years that it stopped.
    """
    reason = "reported_inventories.csv, line 7: 2019 is listed twice\nHint: keep one of the two lines"
    rows = [{"company": "acme", "year": y, "reason": f"cell {at}: FileRefused: {reason}"}
            for y, at in ((2022, 3), (2023, 3), (2024, 4))]
    lines = closing_lines(rows)

    assert lines == ["acme/2022, acme/2023, acme/2024: reported_inventories.csv, line 7: 2019 is listed twice",
                     "    Hint: keep one of the two lines"]
