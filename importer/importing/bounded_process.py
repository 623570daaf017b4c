"""A child process with bounds of memory and time, for work that a file from anywhere could make endless or deadly.

A library that is not ours may take all the memory there is, never come to an end, or abort; then the child is gone, and
nothing else. It stays warm from one call to the next, takes no signals of ours, and ends when we do.
"""

from __future__ import annotations

import atexit
import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, ParamSpec, TypeVar, cast

_P = ParamSpec("_P")
_T = TypeVar("_T")

_TRIES = 2
"""A child may also have died of something else: the system ends the largest process where memory runs out."""

_WATCH_EVERY_S = 0.05
_START = "import sys; sys.path[:] = sys.argv[2:]; from importer.importing.bounded_process import serve; serve()"


class ProcessDiedError(Exception):
    """The work took more memory or time than it may, or ended the process in which it was done; each time."""


class BoundedProcess:
    """Does one call at a time, for any thread. The child is started by the first call, anew after one that ended it."""

    def __init__(self, most_bytes: int, most_s: float) -> None:
        """``most_bytes`` of memory, and ``most_s`` seconds for each try of each call."""
        self._most_bytes, self._most_s = most_bytes, most_s
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        atexit.register(self.close)

    def call(self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """What the function of a module returns, or raises, in the child. All of it has to be picklable.

        Raises ``ProcessDiedError``.
        """
        request = pickle.dumps((function, args, kwargs))
        with self._lock:
            for _ in range(_TRIES):
                with suppress(OSError, EOFError, pickle.UnpicklingError):
                    result, error = self._answer(request)
                    break
            else:
                raise ProcessDiedError
        if error is not None:
            raise error
        returned: _T = result
        return returned

    def close(self) -> None:
        """End the child, if there is one."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()

    def _answer(self, request: bytes) -> tuple[Any, Exception | None]:
        child = self._child = self._child or self._start()
        requests, answers = cast("IO[bytes]", child.stdin), cast("IO[bytes]", child.stdout)
        try:
            with self._watching(child):
                requests.write(request)
                requests.flush()
                answer: tuple[Any, Exception | None] = pickle.load(answers)  # noqa: S301 (our own child)
        except BaseException:  # also a Ctrl-C: whatever comes next must not get this answer
            self.close()
            raise
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        from importer.settings import KEY_VARIABLE

        # It imports what we import, wherever that lies, and nothing from the folder that we happen to be in.
        command = [sys.executable, "-P", "-c", _START, str(self._most_bytes), *filter(None, sys.path)]
        environment = {name: value for name, value in os.environ.items() if name != KEY_VARIABLE}
        # Each thread would reserve memory for itself.
        environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        return subprocess.Popen(  # noqa: S603 (our own program)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )

    @contextmanager
    def _watching(self, child: subprocess.Popen[bytes]) -> Iterator[None]:
        """Kill the child if it goes beyond its bounds meanwhile."""
        is_done = threading.Event()
        watch = threading.Thread(target=self._watch, args=(child, is_done), daemon=True)
        watch.start()
        try:
            yield
        finally:
            is_done.set()
            watch.join()

    def _watch(self, child: subprocess.Popen[bytes], is_done: threading.Event) -> None:
        import psutil

        end = time.monotonic() + self._most_s
        with suppress(psutil.Error):
            process = psutil.Process(child.pid)
            while not is_done.wait(_WATCH_EVERY_S):
                if time.monotonic() > end or process.memory_info().rss > self._most_bytes:
                    child.kill()
                    return


def serve() -> None:
    """What the child does: one call after the other, until nobody is there to ask."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    for one in (signal.SIGINT, signal.SIGTERM):  # they are the parent's, which ends this by ending
        signal.signal(one, signal.SIG_IGN)
    gc.set_threshold(1_000_000, 50, 50)
    _bound(int(sys.argv[1]))
    while True:
        try:
            function, args, kwargs = pickle.load(requests)  # noqa: S301 (our own parent)
        except EOFError:
            return
        except Exception as error:  # what was sent can't be found here; the rest of it can't be told from the next
            answers.write(pickle.dumps((None, RuntimeError(str(error)))))
            return
        answers.write(_done(function, args, kwargs))
        answers.flush()


def _done(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> bytes:
    try:
        return pickle.dumps((function(*args, **kwargs), None))
    except MemoryError:
        os._exit(1)  # what is left of it may be in no state to go on
    except Exception as error:
        error.add_note(traceback.format_exc())
        try:
            return pickle.dumps((None, error))
        except Exception:
            return pickle.dumps((None, RuntimeError(type(error).__name__)))


def _bound(most_bytes: int) -> None:
    """The system's own bounds, where it has them: of memory, and that nobody's data lands in a core dump."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
