"""The one list of columns: heading, other spellings, meaning, example. Template, reading and README use it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from importer.model import PROVIDER, Cell


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a roster. ``spellings`` are other headings that mean the same; case and punctuation never count.

    ``text`` columns hold digits that are no numbers (ids, telephone numbers): their cells are formatted as text.
    ``needed`` is when it has to be filled in, as the help sheet of the template says it. ``in_template`` columns stand
    in a blank roster: one way to write each thing, the help sheet tells of the others.
    """

    field: str
    heading: str
    meaning: str
    example: str = ""
    spellings: tuple[str, ...] = ()
    text: bool = False
    width: int = 16
    needed: str = "no"
    in_template: bool = True


COLUMNS: tuple[Column, ...] = (
    Column(
        "booking_id",
        "Group booking ID",
        f"The session's id in {PROVIDER}: 24 characters, 0-9 and a-f. `roster sessions` lists them.",
        "628f4954645194000e770abd",
        ("Booking ID", "Group ID", "Session ID", "GroupBookingID", "Event ID", "Class ID"),
        text=True,
        width=27,
        needed="in place of Session",
        in_template=False,
    ),
    Column(
        "session",
        "Session",
        "The session in words: service, day and time together.",
        "Pottery for beginners, Thu 14 Mar 2030 10:00",
        ("Which session", "Session choice", "Chosen session", "Session booked", "Class session", "Course session"),
        width=38,
        needed="yes, or Service and Start, or an ID",
    ),
    Column(
        "service",
        "Service",
        "The service, by name or id, where no group booking ID is given.",
        "Pottery for beginners",
        ("Service name", "Service ID", "Course", "Course name", "Activity", "Event"),
        width=24,
        needed="in place of Session, with Start",
        in_template=False,
    ),
    Column(
        "resource",
        "Resource",
        "Room or teacher, by name or id; needed only where two sessions of a service start together.",
        "Studio 1",
        ("Resource name", "Resource ID", "Room", "Teacher", "Trainer", "Instructor", "Venue", "Location"),
        in_template=False,
    ),
    Column(
        "start",
        "Start",
        "When the session starts, date and time together.",
        "14 Mar 2030 10:00",
        ("Start time and date", "Start date and time", "Starts", "Date and time", "Date time", "When", "Session start"),
        width=20,
        needed="in place of Session, with Service",
        in_template=False,
    ),
    Column(
        "date",
        "Date",
        "The day, where the time stands in a column of its own.",
        "14 Mar 2030",
        (
            "Start date",
            "Session date",
            "Event date",
            "Class date",
            "Course date",
            "Lesson date",
            "Workshop date",
            "Day",
        ),
        width=14,
        needed="in place of Start, with Time",
        in_template=False,
    ),
    Column(
        "time",
        "Time",
        "The time of day that goes with the date.",
        "10:00",
        ("Start time", "Session time", "Event time", "Class time", "Course time", "Lesson time", "Workshop time"),
        width=10,
        needed="in place of Start, with Date",
        in_template=False,
    ),
    Column(
        "first_name",
        "First name",
        "The person's first name.",
        "Ada",
        ("Forename", "Forenames", "Given name", "Given names", "First names", "Christian name", "First"),
        width=18,
        needed="yes",
    ),
    Column(
        "last_name",
        "Last name",
        "The person's last name.",
        "Lovelace",
        ("Surname", "Family name", "Last names", "Last"),
        width=18,
        needed="yes",
    ),
    Column(
        "last_name_prefix",
        "Last name prefix",
        "Words that belong in front of the last name, in a column of their own.",
        "van der",
        (
            "Surname prefix",
            "Name prefix",
            "Prefix",
            "Voorvoegsel",
            "Voorvoegsels",
            "Tussenvoegsel",
            "Tussenvoegsels",
            "Namenszusatz",
            "Particule",
        ),
        width=14,
        in_template=False,
    ),
    Column(
        "full_name",
        "Full name",
        'Both names in one cell, "Last, First" or "First Last", where they have no columns of their own.',
        "Lovelace, Ada",
        (
            "Name",
            "Participant",
            "Participant name",
            "Pupil",
            "Pupil name",
            "Student",
            "Student name",
            "Child",
            "Child name",
            "Child's name",
            "Attendee",
            "Attendee name",
            "Person",
            "Customer",
            "Customer name",
            "Delegate",
            "Delegate name",
            "Learner",
        ),
        width=24,
        needed="in place of First and Last name",
        in_template=False,
    ),
    Column(
        "email",
        "Email",
        f"E-mail address. {PROVIDER} may write to it.",
        "ada@example.org",
        ("E-mail", "Email address", "E-mail address", "Mail", "Contact email", "Parent email", "Parent contact email"),
        width=28,
    ),
    Column(
        "mobile",
        "Mobile",
        "Mobile number, as it should be stored.",
        "07700 900123",
        ("Mobile number", "Mobile no", "Mobile phone", "Mobile tel", "Cell", "Cell phone", "Mob", "Parent mobile"),
        text=True,
    ),
    Column(
        "phone",
        "Phone",
        "Another telephone number.",
        "020 7946 0123",
        (
            "Telephone",
            "Phone number",
            "Phone no",
            "Telephone number",
            "Telephone no",
            "Tel",
            "Tel no",
            "Landline",
            "Home phone",
            "Contact number",
            "Parent phone",
        ),
        text=True,
    ),
    Column(
        "spaces",
        "Places",
        "Places the person needs; 1 if empty.",
        "1",
        ("Spaces", "Seats", "Party size", "Number of places", "Number of spaces", "No of places", "No of spaces"),
        width=9,
    ),
    Column(
        "reference",
        "Reference",
        "The roster's own key for a person, such as a membership or employee number.",
        "M-0042",
        (
            "Ref",
            "Person ID",
            "Member ID",
            "Membership number",
            "Membership no",
            "Member number",
            "Member no",
            "Employee ID",
            "Employee number",
            "Staff ID",
            "Emp ID",
            "Student ID",
            "Pupil ID",
            "Customer reference",
        ),
        text=True,
        width=14,
        needed="no, but it tells people apart",
    ),
)
"""What a person fills in, in the order of the template."""

TEMPLATE_COLUMNS: tuple[Column, ...] = tuple(column for column in COLUMNS if column.in_template)
"""The columns of a blank roster."""

EXAMPLE: Mapping[str, str] = {column.field: column.example for column in TEMPLATE_COLUMNS}
"""The example row of a blank roster, as text."""

_EXAMPLES = {
    column.field: column.example
    for column in COLUMNS
    if column.in_template or column.field in ("booking_id", "service", "resource")
}
ENOUGH_OF_EXAMPLE = 6

SUMMARY_SHEET = "Import summary"
"""The sheet that the results workbook adds, in front of the person's own."""

HELP_SHEET = "How to fill this in"
"""The sheet of a blank roster that says what its columns mean."""

IMPORT_COLUMNS: tuple[Column, ...] = (
    Column("import_status", "Import status", "What became of the row.", width=20),
    Column("import_message", "Import message", "Why, and what to do.", width=44),
    Column("import_session", "Import session", "The session, in local time.", width=38),
    Column(
        "import_decision",
        "Import decision",
        "Yours to fill: Book, Leave out, Same person or Different person.",
        width=16,
    ),
    Column("import_booking_id", "Import booking ID", "The session's id.", text=True, width=27),
    Column("import_customer_id", "Import customer ID", "The customer's id.", text=True, width=27),
    Column(
        "import_customer_booking_id",
        "Import customer booking ID",
        "This person's place on this session.",
        text=True,
        width=27,
    ),
    Column("import_time", "Import time", "When it was booked, in local time.", width=18),
    Column("import_run", "Import run", "Identifies this row; please leave it.", text=True, width=22),
)
"""What the results workbook adds, directly right of the person's own columns."""

IMPORT_FIELDS = frozenset(column.field for column in IMPORT_COLUMNS)

ANSWERS_SHEET = "Import answers"
"""The sheet that the results have where a row stands for several people or sessions: a line for each of them."""

ANSWER_COLUMNS: tuple[Column, ...] = (
    Column("sheet", "Import sheet", "The sheet of the row.", width=16),
    Column("row", "Import row", "The row, as it stood then.", width=12),
    Column("part", "Import column", "Which of the row's people or sessions it is.", text=True, width=15),
    Column("person", "Import person", "The person's name.", width=24),
    Column("session", "Import session", "The session, in local time.", width=38),
    Column("status", "Import status", "What became of it.", width=20),
    Column("message", "Import message", "Why, and what to do.", width=60),
    Column("decision", "Import decision", "Yours to fill, as in the row.", width=16),
    Column("handle", "Import run", "Identifies this line; please leave it.", text=True, width=22),
    Column("asked_for", "Import asked for", "The session as the list had it; please leave it.", text=True, width=30),
    Column("written", "Import written", "Whom and what we wrote here; please leave it.", text=True, width=30),
)
"""What stands on that sheet. The last three columns are hidden."""

HIDDEN_FROM = 4
"""Index in ``IMPORT_COLUMNS`` of the first column that is hidden."""


def heading_key(heading: str) -> str:
    """What a heading is compared by: letters and digits only, without case or accents."""
    decomposed = unicodedata.normalize("NFKD", heading)
    return re.sub(r"[\W_]", "", "".join(c for c in decomposed if not unicodedata.combining(c))).casefold()


BY_HEADING_KEY: dict[str, Column] = {
    heading_key(spelling): column
    for column in (*COLUMNS, *IMPORT_COLUMNS)
    for spelling in (column.heading, *column.spellings)
}
"""Every known spelling, as ``heading_key`` gives it."""


def is_example(cells: Mapping[str, Cell]) -> bool:
    """Whether a row is the template's example: nothing in it differs, and enough is left to be sure.

    Columns may have been deleted, and blank rosters of before have others. "Start" never counts: programs write dates
    in their own way when they save text.
    """
    if cells.get("first_name") != EXAMPLE["first_name"]:
        return False
    same = [_as_text(cells[field]) == text for field, text in _EXAMPLES.items() if cells.get(field)]
    return all(same) and len(same) >= ENOUGH_OF_EXAMPLE


def _as_text(value: Cell) -> str:
    return str(int(value) if isinstance(value, float) and value.is_integer() else value).strip()
