"""The file that lets a person's browser in: only they can read it, and what stands in it works once."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections.abc import Callable
from html import escape
from pathlib import Path

from importer.settings.files import make_private_folder, written_beside

_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Without those that look like another."""

_FILE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<title>Opening the page</title>
<form method="post" action="{address}sign-in">
<input type="hidden" name="code" value="{code}">
<button>Open the page</button>
</form>
<script>document.forms[0].submit()</script>
</html>
"""
MOST_FAILURES = 10
_WINDOW_S = 60


class Link:
    """A code that is good once. As soon as it is used there is a new one in the file, for the next browser.

    Whoever can't open the file types the ``code``. After ``MOST_FAILURES`` wrong ones in a minute none is good.
    """

    def __init__(self, path: Path, address: str, seconds: Callable[[], float] = time.monotonic) -> None:
        """``address`` is that of the page, with a slash at its end. Raises ``OSError``."""
        self.path, self.address = path, address
        self._seconds = seconds
        self._lock = threading.Lock()
        self._failures: list[float] = []
        make_private_folder(path.parent)
        self._renew()

    @property
    def code(self) -> str:
        """``KQ7M-2XWP-9DRT``"""
        return self._code

    @property
    def is_barred(self) -> bool:
        since = self._seconds() - _WINDOW_S
        self._failures = [at for at in self._failures if at > since]
        return len(self._failures) >= MOST_FAILURES

    def use(self, typed: str) -> bool:
        """Whether that is the code; it is none any more then. Blanks, hyphens and small letters don't matter."""
        with self._lock:
            if self.is_barred:
                return False
            if not hmac.compare_digest(_plain(typed), _plain(self._code)):
                self._failures.append(self._seconds())
                return False
            self._renew()
            return True

    def _renew(self) -> None:
        letters = [secrets.choice(_LETTERS) for _ in range(12)]
        self._code = "-".join("".join(letters[at : at + 4]) for at in (0, 4, 8))
        text = _FILE.format(address=escape(self.address), code=self._code)
        with written_beside(self.path, text.encode()) as file:
            file.replace(self.path)


def _plain(code: str) -> bytes:
    return "".join(filter(str.isalnum, code)).upper().encode()
