"""The engine in the forked child shows what a kernel shows; what was found on the way stays found."""

from __future__ import annotations

import json
from pathlib import Path

from published_notebooks import notebook_of, publish

CELLS = (
    "import numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt",
    "print('one')\nprint('two')\npd.DataFrame({'x': [1.5]}).style.hide(axis='index') and company",
    "from IPython.display import HTML, display, update_display\nh = display(HTML('<b>a</b>'), display_id='d')",
    "update_display(HTML('<b>b</b>'), display_id='d')\nyear",
    "fig, ax = plt.subplots()\nax.plot([1, 2])\nprint('drawn')",
    "float(np.random.random())",
    "pd.DataFrame({'company': [company], 'year': [year]})",
    "_",
    "%matplotlib inline\n2 + 2;",
    "import asyncio\nawait asyncio.sleep(0)\n'awaited'",
)
NOTEBOOKS = Path(__file__).resolve().parents[3] / "notebooks"
THREE = {"alpha": [2024], "beta": [2024], "gamma": [2024]}


def test_forked_children_and_kernels_publish_the_same_notebook(thin):
    """Streams, results, displays and their updates, figures, awaits: the same bytes from both engines. The forking one
    never fell back, although it had rehearsed; its figures did not vanish; each child has its own seed.
    """
    forked, isolated = thin("forked", THREE), thin("isolated", THREE)
    for project in (forked, isolated):
        project.cells(*CELLS)
    assert "fallback" not in " ".join(publish(forked, workers=1))
    publish(isolated, isolated=True, only=("alpha",))
    one, two = notebook_of(forked, "alpha"), notebook_of(isolated, "alpha")
    # The global random state of a kernel is seeded by the operating system: that cell alone may differ.
    draw = next(n for n, cell in enumerate(one.cells) if "random" in cell.source)
    for n, (a, b) in enumerate(zip(one.cells, two.cells, strict=True)):
        assert n == draw or json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True), a.source
    drawn = {notebook_of(forked, company).cells[draw].outputs[0].data["text/plain"] for company in THREE}
    assert len(drawn) == 3, "children of one parent draw the same numbers"
    shown = [o for cell in one.cells for o in cell.get("outputs", []) if "image/png" in o.get("data", {})]
    assert len(shown) == 1
