"""Strings of params in two languages are read in the language of the report."""

import pytest

from carbon.params.shapes.local_text import in_report_language

DATA = {"language": "fr", "event_years": {"2020": {"en": "pandemic", "fr": "pandémie"}},
        "rules": [{"id": "r", "reason": {"en": "only English"}}], "categories": {"8": {"reason": "plain"}}}


def test_each_string_is_in_the_language_of_the_report_or_the_first_one_given():
    """Strings in one language stay; the data read are not changed."""
    params = in_report_language(DATA)
    assert params["event_years"] == {"2020": "pandémie"}
    assert params["rules"][0]["reason"] == "only English" and params["categories"]["8"]["reason"] == "plain"
    assert DATA["event_years"]["2020"]["fr"] == "pandémie"
    assert in_report_language(DATA, only="rules") == {"rules": params["rules"]}


@pytest.mark.parametrize("reason", [{}, {"de": "x"}, {"en": " "}, {"en": 3}])
def test_an_empty_string_or_an_unknown_language_raises(reason):
    """The place in the file is named."""
    with pytest.raises(ValueError, match=r"rules\.0\.reason: a string in several languages"):
        in_report_language({"language": "en", "rules": [{"reason": reason}]})
