"""Build the packaged coastline from land-110m.json of the npm package world-atlas (Natural Earth, public domain).

    python scripts/build_coastline.py land-110m.json    carbon/reports/data/coastline.csv and its citation
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

DATA = Path(__file__).parent.parent / "carbon" / "reports" / "data"
CITATION = """title: "Coastlines, 1:110m physical vectors (land), as rings of points in hundredths of a degree"
publisher: "Natural Earth, through the npm package world-atlas"
edition: "Natural Earth 4.1.0; world-atlas 2.0.2"
licence: "Public domain"
date: "2018-05-21"
url: "https://www.naturalearthdata.com/downloads/110m-physical-vectors/"
sha256_source: {source}
sha256: {table}
"""


def rings(topology: dict) -> Iterator[list[tuple[float, float]]]:
    """Yield each ring of land as (longitude, latitude): arcs of a TopoJSON are steps on a grid."""
    (scale_x, scale_y), (from_x, from_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((round(x * scale_x + from_x, 2), round(y * scale_y + from_y, 2)))
        arcs.append(points)
    for points in _stitched(topology, arcs):
        x = [points[0][0]]
        for (before, _), (after, _) in pairwise(points):
            x.append(round(x[-1] + (after - before + 180) % 360 - 180, 2))
        ring = [(at, y) for at, (_, y) in zip(x, points, strict=True)]
        if abs(x[-1] - x[0]) > 180:  # around the pole: closed below it
            ring += [(x[-1], -90.0), (x[0], -90.0)]
        yield ring
        if max(x) > 180 or min(x) < -180:  # over the 180th meridian: seen from both sides
            yield [(round(at - math.copysign(360, sum(x)), 2), y) for at, y in ring]


def _stitched(topology: dict, arcs: list[list[tuple[float, float]]]) -> Iterator[list[tuple[float, float]]]:
    """Yield the rings of all polygons, their arcs joined."""
    for geometry in topology["objects"]["land"]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for ring in (ring for polygon in polygons for ring in polygon):
            points: list[tuple[float, float]] = []
            for number in ring:
                arc = arcs[number] if number >= 0 else arcs[~number][::-1]
                points += arc[1:] if points else arc
            yield points


def main(source: Path) -> None:
    """Write the table and its citation."""
    read = source.read_bytes()
    path = DATA / "coastline.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["ring", "longitude", "latitude"])
        for number, points in enumerate(rings(json.loads(read)), start=1):
            writer.writerows([number, x, y] for x, y in points)
    hashes = {"source": hashlib.sha256(read).hexdigest(), "table": hashlib.sha256(path.read_bytes()).hexdigest()}
    path.with_suffix(".yml").write_text(CITATION.format(**hashes), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
