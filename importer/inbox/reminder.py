"""What still lies in the folders that wait for a person, said again now and then: a letter can be overlooked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from importer.inbox.folders import Folder, Folders, text_of
from importer.model import day_text

_WAITING = (Folder.ATTENTION, Folder.HELD)


def reminder(folders: Folders, every: timedelta, *, now: datetime, zone: tzinfo) -> str:
    """One line, or "" where nothing lies there, or nothing for so long as ``every``, or that was said since."""
    said = folders.tray.last_reminder()
    if said is not None and now - said < every:
        return ""
    there = {folder_name: folders.rosters(folder_name) for folder_name in _WAITING}
    put_away = [datetime.fromtimestamp(text_of(path).stat().st_mtime, UTC) for some in there.values() for path in some]
    if not put_away or now - min(put_away) < every:
        return ""
    counts = [f"{len(some)} in {folder_name}" for folder_name, some in there.items() if some]
    return (
        f"Still waiting for a person: {', '.join(counts)}, the oldest since {day_text(min(put_away), zone)}. "
        "Correct those lists and put them into the folder again, or delete what is done."
    )
