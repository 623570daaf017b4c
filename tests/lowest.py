"""Install the lowest versions that ``pyproject.toml`` allows into an environment of their own, and run the demo.

It takes a minute or two and the network, so ``make soak`` runs it, and ``make lowest``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent


def lowest(requirement: str) -> str:
    """``click==8.1`` for ``click>=8.1``"""
    name, at_least, version = requirement.partition(">=")
    if not at_least or not re.fullmatch(r"[\w.]+", version):
        sys.exit(f"{name} has no lower bound in pyproject.toml.")
    return f"{name}=={version}"


def main() -> int:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    with tempfile.TemporaryDirectory() as folder:
        venv.create(Path(folder, "env"), with_pip=True)
        programs = Path(folder, "env", "Scripts" if os.name == "nt" else "bin")
        pip = [str(programs / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", str(ROOT), *map(lowest, project["dependencies"])], check=True)
        homes = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "USERPROFILE"), folder)

        def code(*words: str) -> int:
            return subprocess.run([programs / "roster", *words], env=os.environ | homes, cwd=folder).returncode

        lists = [path for path in ROOT.glob("sample_data/*.*") if path.suffix != ".py"]
        runs = [
            ("check", str(path), "--session", 24 * "0", "--quiet")
            for path in (*lists, *ROOT.glob("tests/files/people.*"))
        ]
        # 3: a row of it needs a person.
        failed = [words for words in runs if code(*words) not in (0, 3)]
        failed += [("demo",)] if code("demo") else []
    for words in failed:
        sys.stdout.write(f"failed: roster {' '.join(words)}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
