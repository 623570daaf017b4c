"""Where people are booked: in Appointedd, or in the practice service, which then runs in this process."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from pydantic import SecretStr

from importer.cli.log_file import log_to
from importer.cli.terminal import Terminal, wrap
from importer.settings import Settings, data_folder, load_settings

if TYPE_CHECKING:
    from importer.model.examinations import Learned
    from importer.service.port import BookingService
    from importer.service.trace import Trace

LEDGER = "ledger.sqlite3"
"""The ledger of a practice service, in its folder."""


@dataclass(frozen=True, slots=True)
class Destination:
    """The settings that hold there. ``key`` is set for the practice service alone; ``season`` is its first session."""

    settings: Settings
    key: SecretStr | None = None
    season: datetime | None = None
    trace: Trace | None = None

    @property
    def is_practice(self) -> bool:
        return self.key is not None

    def connect(
        self,
        learned: Learned | None = None,
        *,
        stop: threading.Event | None = None,
        tell_of_waiting: Callable[[], None] | None = None,
    ) -> BookingService:
        """The booking service there, with its key, and what is known of it. Raises ``ServiceError`` without a key.

        ``stop`` ends a wait that the service asks for; ``tell_of_waiting`` is called where it is long; by default
        that is said.
        """
        from importer.service.appointedd import Appointedd
        from importer.service.pace import Pace

        return Appointedd(
            self.settings.base_url,
            self.key or self.settings.api_key(),
            timeout_s=self.settings.timeout_s,
            workers=self.settings.workers,
            pace=Pace(self.settings.rate, stop=stop, tell=tell_of_waiting or Terminal().tell_of_waiting),
            payment_field=self.settings.payment_field,
            timezone=self.settings.timezone,
            trace=self.trace,
            learned=learned,
        )


@contextmanager
def destination_of(
    options: Mapping[str, str | None],
    sandbox: bool,
    mishaps: Sequence[str] = (),
    folder: Mapping[str, Any] | None = None,
    trace: Path | None = None,
) -> Iterator[Destination]:
    """Where the options of a command book, for as long as the block lasts. What is done there is logged.

    ``folder`` is what an inbox says itself; ``trace`` a file for the shapes of all that the service answers.
    """
    if not sandbox:
        if mishaps:
            raise click.UsageError("--mishap is for practice: it needs --sandbox.")
        settings = load_settings(folder, **options)
        with log_to(settings.log_file), _trace_to(trace) as traced:
            yield Destination(settings, trace=traced)
        return
    settings = practice_settings(options, folder)

    from importer.sandbox import Sandbox

    try:
        service = Sandbox(settings.ledger.parent, mishaps=mishaps)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    starts = [booking.session.start for booking in service.world.bookings(None)]
    with service, log_to(settings.log_file), _trace_to(trace) as traced:
        yield Destination(
            settings.model_copy(update={"base_url": service.base_url}),
            SecretStr(service.key),
            max(min(starts), datetime.now(UTC)),
            traced,
        )


@contextmanager
def _trace_to(path: Path | None) -> Iterator[Trace | None]:
    """A trace for as long as the block lasts. It is kept only if nothing personal is found in it."""
    if path is None:
        yield None
        return
    from importer.service.trace import Trace

    trace = Trace(path)
    try:
        yield trace
    finally:
        why = trace.close()
        kept = f"{path} holds shapes of what was sent and answered. Look at it before you send it to anybody."
        Terminal().warn(wrap(f"{path} was deleted again: {why}." if why else kept))


def practice_settings(options: Mapping[str, str | None], folder: Mapping[str, Any] | None = None) -> Settings:
    """Settings whose ledger is the one for practice, beside the practice service's own bookings."""
    for name in ("base_url", "ledger", "api_key_file"):
        if options.get(name):
            raise click.UsageError(
                f"--sandbox brings its own address, key and ledger: leave out --{name.replace('_', '-')}."
            )
    return load_settings(folder, **{**options, "ledger": str(practice_folder() / LEDGER)})


def practice_folder() -> Path:
    """Where practice bookings and their ledger are kept together."""
    return data_folder() / "practice"
