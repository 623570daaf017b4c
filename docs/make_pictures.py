"""The pictures of the documents, from the real program: ``make pictures``.

Needs LibreOffice, pdftoppm and Chromium beside what the tests need.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.append(str(ROOT / "tests" / "web"))

from chromium import chromium  # noqa: E402 - the browser of the tests

PICTURES = ROOT / "docs" / "pictures"
ROSTER = Path(sys.executable).with_name("roster")


def workbook(folder: Path) -> None:
    """The answered sheet of a sample, as it is printed."""
    shutil.copy(ROOT / "sample_data" / "course.csv", folder)
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder / "data")}
    practised = [ROSTER, "import", "course.csv", "--sandbox", "--quiet"]
    # A row of it needs a person, so the exit code is 3.
    subprocess.run(practised, cwd=folder, env=os.environ | home, stdin=subprocess.DEVNULL, check=False)
    results = "course.PRACTICE.results.xlsx"
    subprocess.run(["soffice", "--headless", "--convert-to", "pdf", results], cwd=folder, check=True)
    # The second page is the sheet after the summary; the crop leaves the margins of the paper.
    crop = ["-r", "140", "-x", "90", "-y", "130", "-W", "1460", "-H", "260"]
    pdf = str(Path(results).with_suffix(".pdf"))
    shown = ["pdftoppm", "-png", "-singlefile", "-f", "2", *crop, pdf, PICTURES / "workbook"]
    subprocess.run(shown, cwd=folder, check=True)


def page(folder: Path) -> None:
    """Five screens of the page, as Chromium shows them with the sample of the demo."""
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder / "data")}
    command = [ROSTER, "web", "--sandbox", "--port", "0", "--no-browser"]
    with subprocess.Popen(command, env=os.environ | home, stdout=subprocess.DEVNULL) as program:
        while not (links := [*folder.rglob("*-page.html")]):
            time.sleep(0.1)
        try:
            _walk(links[0])
        finally:
            program.terminate()


def _walk(link: Path) -> None:
    with chromium() as browser:
        screen = browser.new_page(viewport={"width": 1024, "height": 720})

        def picture(name: str) -> None:
            screen.evaluate("document.activeElement.blur()")
            screen.screenshot(path=PICTURES / f"page-{name}.png")

        screen.goto(link.as_uri())
        screen.get_by_role("link", name="Add a list").click()
        picture("add")
        screen.get_by_label("Your file").set_input_files(ROOT / "importer" / "sandbox" / "sample.xlsx")
        screen.get_by_role("button", name="Continue").click()
        picture("columns")
        screen.get_by_role("button", name="Continue").click()
        screen.get_by_text("Same person?").first.wait_for()
        screen.get_by_role("heading", name="Check the list").scroll_into_view_if_needed()
        screen.evaluate("document.querySelector('h1').scrollIntoView()")
        picture("check")
        screen.goto(f"{screen.url.partition('/check')[0]}/plan")
        picture("plan")
        screen.get_by_label("Yes, send them").check()
        screen.get_by_role("button", name="book 51 people").click()
        screen.wait_for_url("**/result")
        picture("result")


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for make in (workbook, page):
        with tempfile.TemporaryDirectory() as name:
            make(Path(name))
