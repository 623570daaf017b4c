"""A folder of rosters for cron: each is imported, and put away with its results and a text that says why.

``settings`` is what the folder says of its rosters, ``arrivals`` which of them are complete, ``round`` one round over
them, ``places`` where they go, ``letter`` what is told. The steps of putting one away are its results, the text, the
move, the mark in the ledger that it was told: cut short between any two of them, the next round does them again.
"""

from importer.inbox.arrivals import arrived
from importer.inbox.letter import Answer, letter
from importer.inbox.places import Place, Places
from importer.inbox.round import Round
from importer.inbox.settings import SETTINGS_FILE, FolderSettings, folder_settings

__all__ = [
    "SETTINGS_FILE",
    "Answer",
    "FolderSettings",
    "Place",
    "Places",
    "Round",
    "arrived",
    "folder_settings",
    "letter",
]
