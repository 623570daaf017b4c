"""A folder of rosters for cron: each is imported, and put away with its results and a text that says why.

``settings`` is what the folder says of its rosters, ``arrivals`` which of them are complete, ``round`` one round over
them, ``tray`` what it has in hand, ``folders`` where they go, ``putting_away`` how they get there and ``moving`` how
any file does, ``letter`` what is told, ``reminder`` what still lies there.
"""

from importer.inbox.arrivals import arrived
from importer.inbox.folders import Folder, Folders, beside
from importer.inbox.letter import Answer, letter
from importer.inbox.reminder import reminder
from importer.inbox.round import Round
from importer.inbox.settings import SETTINGS_FILE, FolderSettings, folder_settings

__all__ = [
    "SETTINGS_FILE",
    "Answer",
    "Folder",
    "FolderSettings",
    "Folders",
    "Round",
    "arrived",
    "beside",
    "folder_settings",
    "letter",
    "reminder",
]
