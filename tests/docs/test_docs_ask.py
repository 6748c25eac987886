"""The ten questions of the page: each is asked in at most three lines. That they run is tested with all other pages."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "ask.md"


def test_each_question_takes_at_most_three_lines():
    """Ten blocks, and the table counts the lines of each."""
    text = PAGE.read_text(encoding="utf-8")
    questions = text.partition("## Ten questions")[2].partition("\n## ")[0]
    lines = [len(block.strip().splitlines()) for block in re.findall(r"```python\n(.*?)```", questions, re.DOTALL)]
    assert len(lines) == 10 and max(lines) <= 3
    counted = [int(n) for n in re.findall(r"^\| [^|]+ \| (\d) \|", text.partition("| question |")[2], re.MULTILINE)]
    assert sorted(counted) == sorted(lines)
