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

        files = [*ROOT.glob("sample_data/*.*"), *ROOT.glob("tests/files/people.*")]
        checks = [code("check", str(path), "--session", 24 * "0", "--quiet") for path in files]
        # 3: a row of it needs a person.
        return 0 if code("demo") == 0 and set(checks) <= {0, 3} else 1


if __name__ == "__main__":
    sys.exit(main())
