"""What still lies in the folders that wait for a person, said again now and then: a letter can be overlooked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from importer.inbox.places import Place, Places, text_of
from importer.model import day_text

_WAITING = (Place.ATTENTION, Place.HELD)


def reminder(places: Places, every: timedelta, *, now: datetime, zone: tzinfo) -> str:
    """One line, or "" where nothing lies there, or nothing for so long as ``every``, or that was said since."""
    said = places.tray.last_reminder()
    if said is not None and now - said < every:
        return ""
    there = {place: places.rosters(place) for place in _WAITING}
    put_away = [datetime.fromtimestamp(text_of(path).stat().st_mtime, UTC) for some in there.values() for path in some]
    if not put_away or now - min(put_away) < every:
        return ""
    counts = [f"{len(some)} in {place}" for place, some in there.items() if some]
    return (
        f"Still waiting for a person: {', '.join(counts)}, the oldest since {day_text(min(put_away), zone)}. "
        "Correct those lists and put them into the folder again, or delete what is done."
    )
