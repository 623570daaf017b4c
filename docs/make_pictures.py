"""The pictures of the documents, from the real program: ``make pictures``.

Needs LibreOffice and pdftoppm beside what the tests need.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
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


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        workbook(Path(name))
