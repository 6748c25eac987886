"""One word of params settles a change, fits it, and is named where it meets none."""

import pytest
from pydantic import ValidationError

from carbon.accounting.boundary.answers import boundary_of, warned
from carbon.params.shapes.boundary import Answer


def table(of_year, *answers, before, after, **choices):
    given = [Answer.model_validate(answer) for answer in answers]
    made = boundary_of(2025, lambda: of_year(2025, *after), {2022: of_year(2022, *before)}, given, **choices)
    return made, dict(warned(made, given, 2025))


LYON, NICE = ("Lyon", 20, {}), ("Nice", 5, {})


def test_a_gap_of_years_and_the_years_before_are_stated(of_year):
    """2025 after 2022: the question names the years without records."""
    made, texts = table(of_year, before=[LYON], after=[LYON, NICE])
    assert made[["name", "since", "is_open"]].values.tolist() == [["Nice", 2022, True]]
    assert "(no records between 2022 and 2025)" in texts["boundary_came"]
    assert boundary_of(2025, lambda: pytest.fail("no year before it"), {}, []).empty


@pytest.mark.parametrize(("answer", "codes"), [
    ({"site": "NICE", "year": 2025, "word": "opened"}, set()),
    ({"site": "Nice", "year": 2025, "word": "closed"}, {"boundary_came", "boundary_idle"}),
    ({"site": "Nice", "year": 2024, "word": "opened"}, {"boundary_came"}),
    ({"entity": "Nice", "year": 2025, "word": "opened"}, {"boundary_came", "boundary_idle"}),
    ({"site": "Nice", "year": 2025, "word": "not_reported"}, {"boundary_not_reported"}),
])
def test_a_word_fits_its_change_name_and_year(of_year, answer, codes):
    """Case and accents do not matter; what was not reported stays open."""
    made, texts = table(of_year, answer, before=[LYON], after=[LYON, NICE])
    assert set(texts) == codes
    assert made["is_open"].tolist() == [bool(codes)]


def test_one_name_settles_both_of_its_names(of_year):
    """Lyon became Gerland, whatever its level: neither came nor went; other words need both names answered."""
    before, after = [LYON, NICE], [("Gerland", 2, {}), NICE]
    assert set(table(of_year, before=before, after=after)[1]) == {"boundary_came", "boundary_went"}
    made, texts = table(of_year, {"site": "Gerland", "year": 2025, "word": "renamed", "of": "lyon"}, before=before,
                        after=after)
    assert texts == {} and made["word"].tolist() == ["renamed", "renamed"]
    like = [("Lyon Gerland", 19, {}), NICE]
    half = {"site": "Lyon Gerland", "year": 2025, "word": "opened"}
    assert "boundary_renamed" in table(of_year, half, before=before, after=like)[1]
    assert table(of_year, half, {"site": "Lyon", "year": 2025, "word": "closed"}, before=before, after=like)[1] == {}


def test_a_sum_of_others_stays_open_until_it_is_left_out_or_kept_by_policy(of_year):
    """A word does not undo a double count."""
    after = [LYON, NICE, ("Group", 25, {"sums_site": True})]
    part = {"site": "Group", "year": 2025, "word": "part_of", "of": "Lyon"}
    _, texts = table(of_year, part, before=[LYON, NICE], after=after)
    assert "`counted_twice: [{pair: sites" in texts["boundary_contains"]
    assert table(of_year, part, before=[LYON, NICE], after=after, keep_sums=True)[1] == {}


def test_many_are_one_warning_with_their_number(of_year):
    """Nine sites that went: five by name, the others counted."""
    gone = [(f"Site {letter}{letter}", 1, {}) for letter in "abcdefghi"]
    _, texts = table(of_year, before=[LYON, *gone], after=[LYON])
    assert "9 sites (9 t)" in texts["boundary_went"] and "+ 4: 4 t" in texts["boundary_went"]


@pytest.mark.parametrize("answer", [
    {"year": 2025, "word": "opened"}, {"site": "a", "file": "b", "year": 2025, "word": "opened"},
    {"site": "a", "year": 2025, "word": "renamed"}, {"site": "a", "year": 2025, "word": "opened", "of": "b"},
    {"site": "a", "year": 2025, "word": "gone"}])
def test_an_answer_names_one_thing_and_its_other_name_where_it_has_one(answer):
    """Nothing, two things, `renamed` without `of`, `of` without a second name, an unknown word."""
    with pytest.raises(ValidationError):
        Answer.model_validate(answer)


def test_a_meter_that_moved_with_its_site_has_its_word(of_year):
    """Nice became part of Lyon, with its meter M7: one word is enough; M8, new in Lyon, is asked for."""
    before = [("Lyon", 20, {"meter": "M1"}), ("Nice", 9, {"meter": "M7"})]
    after = [("Lyon", 20, {"meter": "M1"}), ("Lyon", 9, {"meter": "M7"}), ("Lyon", 2, {"meter": "M8"})]
    part = {"site": "Nice", "year": 2025, "word": "part_of", "of": "Lyon"}
    made, _ = table(of_year, part, before=before, after=after)
    assert made.loc[made["is_open"], "name"].tolist() == ["M8"]
    assert "M7" in table(of_year, before=before, after=after)[0].query("is_open")["name"].tolist()
