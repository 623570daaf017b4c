"""The nouns of the trade. Imports nothing of ours, knows no file, no clock and no service.

``rosters`` what a list holds, ``sessions`` what the booking service tells, ``reports`` what an import would do and has
done, ``records`` what the ledger keeps, ``examinations`` what a look at the service has found, ``status`` what became
of a row. ``columns`` is the one list of columns, ``headings`` are those that one sender uses, ``conventions`` what else
is agreed on with them; ``roster_names`` say which lists follow each other, and ``printable`` makes any text fit for a
screen.
"""

from importer.model.records import (
    Entry,
    EntryState,
    Former,
    Options,
    Question,
    Run,
    RunState,
    Since,
)
from importer.model.reports import (
    Lane,
    Outcome,
    Plan,
    Progress,
    RunReport,
    SessionTotals,
    Tell,
)
from importer.model.rosters import (
    DAY_ZERO,
    DAY_ZERO_1904,
    DUPLICATE,
    FILTERED_OUT,
    HIDDEN,
    STRUCK_THROUGH,
    Cell,
    Participant,
    Place,
    Problem,
    Roster,
    RosterRow,
    RosterSheet,
    RowRef,
    SessionWords,
    Target,
    Unreadable,
)
from importer.model.sessions import (
    PROVIDER,
    Attendee,
    GroupBooking,
    Opening,
    Profile,
    Reservation,
    Service,
    day_text,
    moment_text,
    places_text,
    time_text,
)
from importer.model.status import (
    Decision,
    Severity,
    Status,
)

__all__ = [
    "DAY_ZERO",
    "DAY_ZERO_1904",
    "DUPLICATE",
    "FILTERED_OUT",
    "HIDDEN",
    "PROVIDER",
    "STRUCK_THROUGH",
    "Attendee",
    "Cell",
    "Decision",
    "Entry",
    "EntryState",
    "Former",
    "GroupBooking",
    "Lane",
    "Opening",
    "Options",
    "Outcome",
    "Participant",
    "Place",
    "Plan",
    "Problem",
    "Profile",
    "Progress",
    "Question",
    "Reservation",
    "Roster",
    "RosterRow",
    "RosterSheet",
    "RowRef",
    "Run",
    "RunReport",
    "RunState",
    "Service",
    "SessionTotals",
    "SessionWords",
    "Severity",
    "Since",
    "Status",
    "Target",
    "Tell",
    "Unreadable",
    "day_text",
    "moment_text",
    "places_text",
    "time_text",
]
