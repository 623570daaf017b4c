"""How far the steps of a run are, while it works. Both kinds may be told from several threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import Progress as Bars
from rich.progress import ProgressColumn, Task
from rich.text import Text

from importer.model import Progress, Tell

_BAR = 34


def silence(_progress: Progress) -> None:
    """Tells nobody."""


class Lines:
    """A line when a step begins and at most every tenth of it, for logs and for terminals that can't redraw."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._tenths: dict[str, int] = {}
        self._lock = threading.Lock()

    def __call__(self, progress: Progress) -> None:
        tenth = 10 * progress.done // progress.total if progress.total else 0
        with self._lock:
            if tenth <= self._tenths.get(progress.step, -1):
                return
            self._tenths[progress.step] = tenth
            of = f"  {progress.done} of {progress.total}" if progress.total else ""
            self._write(f"{progress.step}{of}")


@contextmanager
def bars(stream: TextIO) -> Iterator[Tell]:
    """The step that is at work, gone when all is done: ``Booking  ████████░░░░  188 of 231   about 20 s left``."""
    columns = (_Step(), _Blocks(), _Count(), _Left())
    console = Console(file=stream)
    with Bars(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as display:
        task = display.add_task("", total=None, visible=False)
        step = ""
        lock = threading.Lock()

        def tell(progress: Progress) -> None:
            nonlocal step
            with lock:
                if progress.step != step:
                    step = progress.step
                    display.reset(task, total=None, description=step, visible=True)
                display.update(task, completed=progress.done, total=progress.total or None)

        yield tell


class _Step(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.description}{' ' if task.total else '…'}")


class _Blocks(ProgressColumn):
    def render(self, task: Task) -> Text:
        if not task.total:
            return Text("")
        full = int(_BAR * task.completed / task.total)
        return Text.assemble(("█" * full, "bar.complete"), ("░" * (_BAR - full), "bar.back"))


class _Count(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f" {task.completed:.0f} of {task.total:.0f}" if task.total else "")


class _Left(ProgressColumn):
    max_refresh = 0.5

    def render(self, task: Task) -> Text:
        seconds = task.time_remaining
        if not seconds or task.finished:
            return Text("")
        return Text(f"  about {seconds:.0f} s left" if seconds < 100 else f"  about {seconds / 60:.0f} min left")
