"""What a file is taken for: the reader's own causes as questions, and the entry that answers make."""

import pytest

from carbon.core.errors import UsageError
from carbon.params.shapes.files import FilePattern
from carbon.records.kinds.contract import ProjectContext
from carbon.runs.desk.file_map import map_file
from carbon.runs.desk.map_entry import Given, entry_of

LEDGER = "Buchungsdatum;Kreditor;Text;Soll;Haben\n15.01.2024;A;x;1.250,00;\n14.03.2024;A;y;;125,50\n"
METER = ("period_start,period_end,site,country,carrier,quantity,unit\n01/02/2024,03/02/2024,A,GB,juice,1.234,kWh\n")


@pytest.fixture
def mapped(tmp_path):
    def of(text, **given):
        path = tmp_path / "a.csv"
        path.write_text(text, encoding="utf-8")
        kind, answers = given.pop("kind", ""), dict(given.pop("answers", {}))
        context = given.pop("context", ProjectContext(declared=True))
        return map_file(Given(path, "a.csv", "a.csv", context, answers=answers, **given), kind)
    return of


def test_a_ledger_is_read_after_two_answers(mapped):
    """The kind is asked with what the likeliest kind lacks; then only amount and currency."""
    first = mapped(LEDGER, defaults={"currency": "EUR"})
    assert [q.key for q in first.questions] == ["kind", "columns.amount", "columns.currency"]
    assert not first.kind and not first.rows

    answers = {"kind": "purchases"} | {q.key: q.offers[0].answer for q in first.questions[1:]}
    last = mapped(LEDGER, answers=answers)
    assert last.rows == {"rows_read": 2, "rows_accepted": 2, "rows_rejected": 0, "totals": {"EUR": "1124.5"}}
    assert (last.questions, last.years) == ((), (2024,))
    assert [(t.column, t.why) for t in last.columns if t.heading == "Haben"] == [("amount", "declared in params")]
    assert last.entry == {"pattern": "a.csv", "kind": "purchases", "columns": {"amount": "{Soll} - {Haben}"},
                          "constants": {"currency": "EUR"}}


def test_rejects_that_params_answer_are_questions(mapped):
    """An ambiguous date and number and an unknown word are asked for; answered, the row is read."""
    first = mapped(METER, kind="energy")
    assert {q.key for q in first.questions} == {"date_format", "decimal", "values.carrier.juice"}
    assert first.rows["rows_rejected"] == 1

    answers = {"date_format": "day_first", "decimal": ".", "values.carrier.juice": "electricity"}
    last = mapped(METER, kind="energy", answers=answers)
    assert (last.questions, last.rows["totals"], last.sites) == ((), {"electricity:kWh": "1.234"}, ("A",))


def test_the_only_kind_that_reads_every_row_is_taken(mapped):
    """Nothing is asked of a file that one kind reads and no other does; meters may be fuel as well and are asked."""
    trips = "date,mode,origin,destination,distance_km,cabin_class,passengers,trips\n2024-01-02,rail,Ulm,Hof,9.5,,1,1\n"
    assert (mapped(trips).kind, mapped(trips).questions) == ("travel", ())
    meters = METER.replace("juice", "electricity").replace("1.234", "12.5").replace("03/02", "28/02")
    assert {"energy", "fuel"} <= {offer.answer for offer in mapped(meters).questions[0].offers}


@pytest.mark.parametrize(("text", "given", "keys", "refused"), [
    ("date;supplier;amount;montant;currency\n2024-01-01;x;1;2;EUR\n", {"kind": "purchases"}, ["columns.amount"], ""),
    ("date;supplier;amount;amount;currency\n2024-01-01;x;1;2;EUR\n", {"kind": "purchases"}, [], "may be any of"),
    ("a;b\n1;2\n", {"kind": "purchases"}, ["header_row"], ""),
    ("%PDF-1.4 x", {"kind": "purchases"}, [], "a PDF")])
def test_refusals_are_questions_where_params_answer_them(mapped, text, given, keys, refused):
    """Two columns that may be one, no known headings: asked; one heading twice, a file that is no table: refused."""
    seen = mapped(text, **given)
    assert [q.key for q in seen.questions] == keys
    assert refused in seen.refused and bool(refused) == bool(seen.refused)


def test_an_earlier_entry_holds(mapped):
    """Its keys stay, answers are added to them; an answer that the entry cannot hold is an error."""
    base = FilePattern(pattern="a.csv", kind="purchases", columns={"supplier": "Text"}, decimal=",")
    assert entry_of("a.csv", "purchases", base, {"columns.amount": "Soll", "columns.currency": "=EUR"}) == {
        "pattern": "a.csv", "kind": "purchases", "columns": {"supplier": "Text", "amount": "Soll"}, "decimal": ",",
        "constants": {"currency": "EUR"}}
    with pytest.raises(UsageError, match="decimal"):
        mapped(LEDGER, kind="purchases", answers={"decimal": "comma"})


def test_the_ledger_of_french_law_is_known(mapped):
    """A FEC is taken as one by its columns, where no other kind reads its rows."""
    fec = ("JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\t"
           "PieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise\n"
           "AC\tAchats\t1\t20240115\t606100\tx\t\t\tP1\t20240115\tx\t10,00\t0,00\t\t\t20240131\t\t\n"
           "AC\tAchats\t1\t20240115\t401000\tx\tF1\tA\tP1\t20240115\tx\t0,00\t10,00\t\t\t20240131\t\t\n")
    seen = mapped(fec)
    assert (seen.kind, seen.questions, seen.rows["totals"]) == ("fec", (), {"EUR": "10"})


def test_what_would_settle_a_reject_is_asked(mapped):
    """Goods without a mass, journeys between streets: the column that settles them is a question."""
    goods = "date;mode;direction;origin;destination;Wgt;Weg\n2024-01-15;road;outbound;Ulm;Hof;12;300\n"
    assert {q.key for q in mapped(goods, kind="freight").questions} == {"columns.mass", "columns.distance"}
    weighed = "date;mode;direction;Afsender;Modtager;mass;mass_unit\n2024-01-15;road;outbound;Ulm;Hof;12;t\n"
    assert {q.key for q in mapped(weighed, kind="freight").questions} == {
        "columns.origin", "columns.destination", "columns.distance"}
    rides = "date;mode;origin;destination;Weg\n2024-01-15;taxi;Main 1;Port 2;9.5\n"
    assert mapped(rides, kind="travel").questions[0].key == "columns.distance"


def test_both_ends_of_a_period_are_asked(mapped):
    """Two columns of days are the ends of a period; one is its day."""
    bills = "site;country;carrier;quantity;unit;Odčet A;Odčet B\nA;CZ;electricity;9.5;kWh;2024-01-01;2024-01-31\n"
    assert {q.key for q in mapped(bills, kind="energy").questions} == {"columns.period_start", "columns.period_end"}
    one = mapped(bills, kind="energy", answers={"columns.period_end": "Odčet B"})
    assert [q.key for q in one.questions] == ["columns.period_start"]  # what is answered is not asked again


def test_a_row_of_amounts_that_holds_a_known_heading_is_no_row_of_headings(mapped):
    """"Salaries" is a heading of headcounts, and an account of a ledger whose own headings are not known."""
    ledger = "Voucher date,Ledger,Particulars,Value\n15-04-2024,Freight,Gati,\"4,56,780.00\"\n" \
             "15-10-2024,Salaries,Payroll,\"95,00,000.00\"\n"
    first = mapped(ledger)
    assert [t.heading for t in first.columns] == ["Voucher date", "Ledger", "Particulars", "Value"]
    assert [offer.answer for offer in first.questions[0].offers] == ["purchases", "energy", "travel"]
    by_day = "Readings of a week\nsite,01/02/2024,02/02/2024,03/02/2024\nLyon,12.50,11.20,13.75\n"
    assert [t.heading for t in mapped(by_day).columns][:2] == ["site", "01/02/2024"]  # days may be headings


def test_columns_that_are_not_needed_are_offered_last(mapped):
    """The supplier may be in the text of the posting; debit less credit is offered where no row is a credit."""
    ledger = "Datum;Text;Debet;Kredit\n2024-01-15;Mill;1250.50;0\n2024-03-14;Stål;25.50;0\n"
    offers = {q.key: [o.answer for o in q.offers] for q in mapped(ledger, kind="purchases").questions}
    assert offers["columns.supplier"] == ["Text"]
    assert offers["columns.amount"][0] == "{Debet} - {Kredit}"
STEPS = "".join(f"{day:02}/01/2024 {hour:02}:{minute:02};{power}\n" for day in (15, 16) for hour in range(24)
                for minute, power in ((0, "2,0"), (30, "4,0")))
FRANCE = ProjectContext(declared=True, home=frozenset({"FR"}), sites={"lyon": "FR"}, currency="EUR")
def settle(mapped, text, chosen=(), **given):
    """Answer each question with what is chosen for its key, else with its first offer; return map and asked keys."""
    answers, keys = {}, []
    while (seen := mapped(text, answers=answers, **given)).questions:
        question = seen.questions[0]
        assert question.key not in keys, seen.questions
        keys.append(question.key)
        answers[question.key] = dict(chosen).get(question.key) or question.offers[0].answer
    return seen, keys
def test_a_known_software_is_asked_and_never_taken(mapped):
    """Headings of a source are a question with it and "none"; confirmed, it is in the entry, and the rest is asked."""
    text = ("Consumption (kwh), Estimated Cost Inc. Tax (p), Standing Charge Inc. Tax (p), Start, End\n"
            "0.5, 12, 1, 2024-01-01T00:00:00+00:00, 2024-01-01T00:30:00+00:00\n")
    first = mapped(text, context=FRANCE)
    assert (first.questions[0].key, first.kind, first.entry) == ("source", "", {})
    assert [offer.answer for offer in first.questions[0].offers] == ["octopus", "none"]
    last, keys = settle(mapped, text, context=FRANCE)
    assert keys == ["source", "columns.carrier"] and last.rows["totals"] == {"electricity:kWh": "0.5"}
    assert last.entry == {"pattern": "a.csv", "kind": "energy", "source": "octopus",
                          "constants": {"carrier": "electricity"}}
    assert mapped(text, answers={"source": "none"}, context=FRANCE).questions[0].key == "kind"
def test_lines_of_several_quantities_are_offered_as_a_layout(mapped):
    """Suppliers by months and carriers side by side: a layout that the reader takes, with what it then reads."""
    months = "supplier;category;description;2024-01;2024-02;2024-03\nMill;paper;x;10;20;30\nBins;bins;y;1;2;3\n"
    last, keys = settle(mapped, months, kind="purchases", context=FRANCE)
    assert keys == ["layout"] and last.rows["totals"] == {"EUR": "66"}
    assert last.entry["layout"] == {"headings": "date"}
    sites = "site;period_start;period_end;Electricity (kWh);Natural gas (kWh)\nlyon;2024-01-01;2024-12-31;100;50\n"
    last, keys = settle(mapped, sites, kind="energy", context=FRANCE)
    assert keys == ["layout"] and last.rows["totals"] == {"electricity:kWh": "100", "natural_gas:kWh": "50"}
def test_a_load_curve_is_offered_where_rows_are_power(mapped):
    """kW at stamps is asked as a curve whose energy is shown: 24 h of 2 and 4 kW by halves are 72 kWh a day."""
    last, keys = settle(mapped, "Horodatage;Puissance (kW)\n" + STEPS, context=FRANCE,
                        chosen={"kind": "energy"})
    assert keys[:2] == ["kind", "header_row"] and keys[-1] == "layout"
    assert last.rows["totals"] == {"electricity:kWh": "144"}
    assert last.entry["layout"] == {"curve": {"measures": "power"}}
def test_rows_that_speak_of_themselves_are_asked(mapped):
    """Each word of a column of states is a question, with rows and amounts; the answer is one of the three keys."""
    text = "date;supplier;amount;currency;Stav\n" + "".join(
        f"2024-01-{day:02};x;10;EUR;{'Qwert' if day > 18 else 'Paid'}\n" for day in range(1, 21))
    first = mapped(text, kind="purchases", context=FRANCE)
    question, = first.questions
    assert question.key == "rows.Stav = Qwert" and "(2 rows, 20 EUR)" in question.asks
    assert [offer.answer for offer in question.offers] == ["count", "minus", "skip"]
    for answer, total in (("count", "200"), ("minus", "160"), ("skip", "180")):
        last = mapped(text, kind="purchases", context=FRANCE, answers={question.key: answer})
        assert (last.entry[f"{answer}_rows_where"], last.rows["totals"]) == ({"Stav": ["Qwert"]}, {"EUR": total})
    with pytest.raises(UsageError, match="not count, minus or skip"):
        mapped(text, kind="purchases", context=FRANCE, answers={question.key: "yes"})


def test_words_of_a_journey_may_be_there_and_back(mapped):
    """In a language that is not known: the column may be that of returns, and its words are then asked."""
    text = "date;mode;origin;destination;passengers;trips;cabin_class;Qwe\n" + "".join(
        f"2024-01-{day:02};rail;Lyon;Paris, FR;1;1;;{'Dubla' if day > 14 else 'Enkla'}\n" for day in range(1, 21))
    asked = {q.key: q for q in mapped(text, kind="travel", context=FRANCE).questions}
    assert [*asked][-1] == "columns.return" and asked["columns.return"].offers[0].answer == "Qwe"
    answers = {"columns.return": "Qwe", "values.return.Dubla": "true", "values.return.Enkla": "false"}
    assert {q.key for q in mapped(text, kind="travel", context=FRANCE, answers={"columns.return": "Qwe"}).questions
            } == {*answers} - {"columns.return"}
    last = mapped(text, kind="travel", context=FRANCE, answers=answers)
    assert not last.questions and last.rows["rows_accepted"] == 20
    assert last.entry["values"] == {"return": {"Dubla": "true", "Enkla": "false"}}


def test_what_a_guard_asks_is_another_column_or_a_statement(mapped):
    """Amounts with tax: a column without, or a reason, which is a statement of the day it is made."""
    text = "date;supplier;Amount incl. VAT;currency\n2024-01-01;x;12;EUR\n"
    base = FilePattern(pattern="a.csv", kind="purchases", columns={"amount": "Amount incl. VAT"})
    first = mapped(text, kind="purchases", base=base, context=FRANCE)
    assert "swears.net_of_tax" in [q.key for q in first.questions]
    last = mapped(text, kind="purchases", base=base, context=FRANCE,
                  answers={"swears.net_of_tax": "the export has no tax"})
    assert last.rows["totals"] == {"EUR": "12"} and last.entry["swears"][0]["reason"] == "the export has no tax"
def test_a_column_of_which_no_cell_fits_is_asked(mapped):
    """Names under a heading of numbers: another column, or a value for every row."""
    trips = "date;mode;origin;destination;distance_km;Reisende\n2024-01-02;rail;Ulm;Hof;9.5;Ada\n"
    first = mapped(trips, kind="travel", context=FRANCE)
    assert [(q.key, q.offers[0].answer) for q in first.questions] == [("columns.passengers", "every row: 1")]
    last = mapped(trips, kind="travel", context=FRANCE, answers={"columns.passengers": "every row: 1"})
    assert last.rows["totals"] == {"rail:km": "9.5"}


def test_a_word_of_another_column_is_no_question_of_the_amount(mapped):
    """The balance is named in "Text": to skip "Beginsaldo" under `amount` would change nothing, and is not offered."""
    text = "date;supplier;amount;currency;Text\n2024-01-01;x;90;EUR;Beginsaldo\n2024-01-02;x;9;EUR;Paper\n"
    seen = mapped(text, kind="purchases", context=FRANCE)
    assert [q.key for q in seen.questions] == [] and "(balance_row)" in seen.rejects[0]


def test_a_heading_under_which_no_cell_fits_may_be_that_of_another_column(mapped):
    """A Brazilian "Unidade" is a place: the column of units is offered before a meaning for each place."""
    bills = ("Início;Fim;Unidade;País;Energético;Quantidade;Unid.\n"
             "01/01/2024;31/12/2024;Matriz;BR;Energia elétrica;12,5;kWh\n"
             "01/01/2024;31/12/2024;Filial;BR;Gás natural;3,25;m³\n")
    brazil = ProjectContext(declared=True, home=frozenset({"BR"}), sites={"sede": "BR"}, currency="BRL")
    first = mapped(bills, kind="energy", context=brazil)
    asked = {q.key: [o.answer for o in q.offers] for q in first.questions}
    assert asked["columns.unit"][0] == "Unid." and not [key for key in asked if key.startswith("values.unit")]
