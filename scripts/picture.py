"""The pictures of the documentation, taken in Chromium from published report and index; a printed page from its PDF.

Each has at most 200 kB: 256 colours are enough for pages without photographs.

    python scripts/picture.py            docs/img/report*.png and index.png, from data/processed
    CARBON_PROJECT=/path/to/project      from the published reports of another project folder
    CARBON_CHROMIUM=/path/to/chromium    another browser than the one found
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PROCESSED = Path(os.environ.get("CARBON_PROJECT") or ROOT) / "data" / "processed"
IMAGES = ROOT / "docs" / "img"
SHOTS = {
    "report.png": ("cap-conseil/2024/annual_report.html", 1280, 1000),
    "report-phone-dark.png": ("cap-conseil/2024/annual_report.html", 390, 844),
    "report-fr-phone.png": ("petit-studio/2025/annual_report.html", 390, 844),
    "report-public.png": ("petit-studio/2025/annual_report.public.html", 1000, 1500),
    "report-plan.png": ("nuage-logiciels/2025/annual_report.html#plan", 1100, 1500),
    "index.png": ("index.html", 1100, 900),
}
DARK = ("report-phone-dark.png",)
PRINTED, PDF = "report-print.png", "petit-studio/2025/annual_report.pdf"
"""The first page of an edition on paper."""
LARGEST = 200_000
"""Bytes of a picture."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--font-render-hinting=none")


def browser_path() -> str:
    """Chromium of this machine."""
    found = os.environ.get("CARBON_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not found:
        raise SystemExit("Chromium was not found: install the package chromium, or set CARBON_CHROMIUM")
    return found


def main() -> None:
    """Take every picture; a page that is not there yet is named with the command that makes it."""
    pages = [page.partition("#")[0] for page, _, _ in SHOTS.values()]
    missing = [page for page in (*pages, PDF) if not (PROCESSED / page).exists()]
    if missing:
        raise SystemExit(f"{', '.join(missing)}: not published yet; run `make report` first")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=list(ARGUMENTS))
        for name, (page_name, width, height) in SHOTS.items():
            page = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=1,
                                    reduced_motion="reduce", color_scheme="dark" if name in DARK else "light")
            file, _, place = page_name.partition("#")
            page.goto((PROCESSED / file).resolve().as_uri() + (f"#{place}" if place else ""))
            page.screenshot(path=IMAGES / name)
            page.close()
            _store(name)
        browser.close()
    # pdftoppm (poppler) draws a page of a PDF; Chromium shows one with its own frame only.
    target = str((IMAGES / PRINTED).with_suffix(""))
    subprocess.run(["pdftoppm", "-png", "-r", "60", "-f", "1", "-singlefile", PROCESSED / PDF, target], check=True)
    _store(PRINTED)


def _store(name: str) -> None:
    """Reduce a picture to 256 colours; one that is too large is an error."""
    path = IMAGES / name
    Image.open(path).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    if (size := path.stat().st_size) > LARGEST:
        raise SystemExit(f"docs/img/{name}: {size:,} bytes, at most {LARGEST:,}")
    print(f"docs/img/{name}: {size:,} bytes")


if __name__ == "__main__":
    sys.exit(main())
