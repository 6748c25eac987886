"""JSON that is published is plain JSON, and a published notebook what nbformat writes."""

import json

import nbformat
import pytest

from carbon.runs.notebook.papermill_run import normalised, written
from carbon.runs.publish.json_text import indented


def test_what_json_cannot_say_is_refused() -> None:
    """Nothing is written in a guessed form."""
    for value in ({"a": object()}, {"a": b"x"}, {(1, 2): 3}, {"a": 1, 2: 3}):
        with pytest.raises(TypeError):
            indented(value)


def test_a_published_notebook_is_that_of_nbformat() -> None:
    """Lines split, keys in order, times and ids taken out: as nbformat writes the same notebook."""
    output = nbformat.v4.new_output("display_data", {"text/html": "<p>é</p>\n<p>2</p>\n", "image/png": "aGk=\n",
                                                     "application/json": {"b": [1, 2.5], "a": "x\ny"}})
    cell = nbformat.v4.new_code_cell("a = 1\nb = 2", outputs=[output, nbformat.v4.new_output("stream", text="1\n2\n")],
                                     execution_count=1, metadata={"papermill": {"duration": 1.0}, "trusted": True,
                                                                  "tags": ["x"]})
    notebook = nbformat.v4.new_notebook(cells=[cell, nbformat.v4.new_markdown_cell("# T\ntext")])
    before = json.dumps(notebook)
    data = written(normalised(notebook))
    read = nbformat.reads(data.decode(), as_version=4)
    assert data == nbformat.v4.writes_json(read).encode() + b"\n"
    assert json.dumps(notebook) == before, "the notebook that ran was changed"
    assert b"papermill" not in data and b"trusted" not in data
