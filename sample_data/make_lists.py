"""Makes ``lists/``: lists as schools, companies and clubs send them. All people and places in them are invented.

    python sample_data/make_lists.py

What each must come to stands in ``lists/expected.json``; ``tests/test_lists_as_sent.py`` holds it against what it does.
"""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

HERE = Path(__file__).parent / "lists"

Cell = object
Rows = Iterable[Sequence[Cell]]

FIRST = "Ada Ben Cleo Dev Esme Finn Gwen Hugo Isla Jude Kira Leon Mina Noor Olga Pia Quentin Rosa Sami Tess".split()
LAST = "Abbey Birch Crane Dunn Ellery Frost Grange Hale Ivory Jarvis Keane Lorne Marsh Nash Orton".split()
RED = PatternFill("solid", fgColor="FFFF9999")
STRUCK = Font(strike=True)


def email(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@example.org"


def of(names: str, *more: Cell) -> list[tuple[Cell, ...]]:
    """A row for each name: the name, an address, and what is the same for all."""
    return [(name.strip(), email(name.strip()), *more) for name in names.split(",")]


def workbook(*sheets: tuple[str, Rows], change: Callable[[Worksheet], None] | None = None) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        if change:
            change(sheet)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def text(rows: Rows, *, separator: str = ",", encoding: str = "utf-8") -> bytes:
    lines = [separator.join(f'"{cell}"' if separator in str(cell) else str(cell) for cell in row) for row in rows]
    return ("\n".join(lines) + "\n").encode(encoding)


def with_values(content: bytes, values: Mapping[str, str]) -> bytes:
    """Formulas with what they came to, as a spreadsheet program saves them."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            xml = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                for place, value in values.items():
                    there = rf'<c r="{place}"([^>]*)><f>(.*?)</f><v ?/?>(?:</v>)?</c>'.encode()
                    xml = re.sub(there, rf'<c r="{place}"\1 t="str"><f>\2</f><v>{value}</v></c>'.encode(), xml)
            new.writestr(part, xml)
    return made.getvalue()


# One person a row, the session outside of the rows


def class_list() -> bytes:
    pupils = "Maya Abbey,Otis Birch,Priya Crane,Rowan Dunn,Sol Ellery,Tara Frost,Uma Grange,Viggo Hale"
    rows = [(name, "4B", address, "") for name, address in of(pupils)]
    titles = [("Riverside Primary School",), ("Pottery for beginners – Sat 16 March, 10am – Register",), ()]
    end = [(), ("Total: 8 pupils",), ("Please tell the office if a child leaves.",)]
    return workbook(("Sheet1", [*titles, ("Pupil", "Class", "Parent email", "Allergies"), *rows, *end]))


def saturdays() -> bytes:
    pupils = "Ansel Abbey,Briar Birch,Clem Crane,Dara Dunn,Ezra Ellery,Flora Frost"
    return workbook(("Spring", [("Pottery for beginners, Saturdays 10am",), (), ("Name", "Email"), *of(pupils)]))


def sheet_per_session() -> bytes:
    headings = ("Name", "Email")
    return workbook(
        ("Yoga for seniors 8 April 2pm", [headings, *of("Abe Marsh,Bea Nash,Cal Orton")]),
        ("Young makers 30 March 10.30", [headings, *of("Dot Marsh,Eli Nash")]),
        ("Wheel throwing 13 Apr 1pm", [headings, *of("Fay Marsh,Gus Nash,Abe Marsh")]),
    )


def own_headings() -> bytes:
    return workbook(
        ("Yoga for seniors 8 April 2pm", [("Name", "E-mail"), *of("Abe Marsh,Bea Nash,Cal Orton")]),
        ("Young makers 30 March 10.30", [("Child", "Parent email", "Allergies"), *of("Dot Marsh,Eli Nash", "nuts")]),
        ("Wheel throwing 13 Apr 1pm", [("Participant", "Contact", "Tel"), *of("Fay Marsh,Gus Nash", "07700 900215")]),
    )


def merged_sessions() -> bytes:
    rows = [
        ("Young makers, Sat 30 March 2030 10:30", *of("Ines Abbey")[0]), (None, *of("Joel Birch")[0]),
        (None, *of("Kit Crane")[0]), ("Wheel throwing, Sat 16 March 2030 13:00", *of("Lena Dunn")[0]),
        (None, *of("Milo Ellery")[0]),
    ]  # fmt: skip

    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("A2:A4")
        sheet.merge_cells("A5:A6")

    return workbook(("Spring", [("Session", "Name", "Email"), *rows]), change=merge)


def first_row_only() -> bytes:
    rows = [
        ("Life drawing, Wed 17 April 2030 18:30, Studio 1", *of("Nell Abbey")[0]), ("", *of("Oren Birch")[0]),
        ("", *of("Petra Crane")[0]), ("Yoga for seniors, Mon 8 April 2030 14:00", *of("Rafe Dunn")[0]),
        ("", *of("Sian Ellery")[0]),
    ]  # fmt: skip
    return text([("Session", "Name", "Email"), *rows])


def title_blocks() -> bytes:
    return workbook(
        (
            "Register",
            [
                ("Maple Leisure Club – spring term",), (), ("Name", "Email", "Paid"),
                ("Wheel throwing, Saturday 16 March 2030, 1pm",), *of("Tilda Frost,Ugo Grange,Vera Hale", "y"), (),
                ("Young makers, Saturday 30 March 2030, 10.30am",), *of("Wim Frost,Xenia Grange", "y"), (),
                ("Yoga for seniors, Monday 8 April 2030, 2pm",), *of("Yann Frost,Zuri Grange,Amos Hale", "n"),
            ],
        )
    )  # fmt: skip


# What companies and forms make


def hr_export() -> bytes:
    rows: list[Sequence[Cell]] = [
        ("Employee training report",), ("Generated 02/01/2030 08:15 by HR system",), (),
        ("Emp No", "Surname", "Forename", "Work email", "Department", "Course", "Course date", "Start time"),
    ]  # fmt: skip
    courses = (("First aid at work", date(2030, 4, 3)), ("Forklift basics", date(2030, 3, 12)))
    people = "Ivy Keane,Jon Lorne,Kaya Marsh,Liam Nash,Mo Orton,Nia Abbey,Oz Birch,Pam Crane".split(",")
    for number, name in enumerate(people):
        first, last = name.split()
        course, day = courses[number % 2]
        rows.append((f"E{1040 + number}", last, first, email(name), "Warehouse", course, day, time(9)))
    return workbook(("Export", [*rows, (), ("Page 1 of 1",), ("Total records: 8",)]))


def form_answers() -> bytes:
    both = "Young makers, Sat 30 March 2030, 10.30am; Wheel throwing, Sat 13 April 2030, 1pm"
    first, _, second = both.partition("; ")
    questions = (
        "Timestamp", "What is your child's full name?", "Your e-mail address", "A number that we can ring",
        "Which sessions would you like?", "Is there anything we should know?",
    )  # fmt: skip
    answers = (
        ("Rosa Frost", both, ""), ("Sami Grange", first, "Nut allergy"), ("Tess Hale", second, ""),
        ("Umar Ivory", both, "Will be late"), ("Vita Jarvis", first, ""),
    )  # fmt: skip
    rows = [
        (datetime(2030, 1, 4, 9, 10 + at), name, email(name), f"07700 90020{at}", wanted, more)
        for at, (name, wanted, more) in enumerate(answers)
    ]
    return workbook(("Form responses 1", [questions, *rows]))


def email_paste() -> bytes:
    people = [f"{name}\t{address}" for name, address in of("Wes Abbey,Xara Birch,Yusuf Crane,Zena Dunn")]
    lines = [
        "Hi both,", "", "Here is our list.", "", "Yoga for seniors, Monday 8 April 2030, 2pm", "", "Name\tEmail", *people,
        "", "Many thanks,", "Jo", "Oakfield Care",
    ]  # fmt: skip
    return ("\n".join(lines) + "\n").encode()


# Several people or sessions a row


def two_children() -> bytes:
    session = "Young makers, Sat 30 March 2030 10:30"
    return workbook(
        (
            "Bookings",
            [
                ("Parent", "Parent email", "Child 1", "Child 2", "Session"),
                ("Jo Frost", "jo.frost@example.org", "Abel Frost", "Beth Frost", session),
                ("Al Grange", "al.grange@example.org", "Carl Grange", "", session),
                ("Di Hale", "di.hale@example.org", "Dora Hale", "Ezra Hale", session),
            ],
        )
    )


def several_in_a_cell() -> bytes:
    session = "Young makers, Sat 27 July 2030 10:30"
    names = ("Tom & Ella Marsh", "Noah, Ava and Leo Nash", "Greta Orton", "Ida and Ivo Abbey")
    return text([("Name", "Email", "Session"), *((name, email(name.split()[-1]), session) for name in names)])


def ticks() -> bytes:
    sessions = (
        "Young makers Sat 30 March 10.30am",
        "Wheel throwing Sat 16 March 1pm",
        "Pottery for beginners 6 April 10am",
    )
    marks = (
        ("Arlo Frost", "x", "", "x"),
        ("Bibi Grange", "", "✓", ""),
        ("Cora Hale", "x", "x", "x"),
        ("Dario Ivory", "", "", ""),
    )
    rows = [(name, email(name), *marks) for name, *marks in marks]
    return workbook(("Choices", [("Child", "Email", *sessions), *rows]))


def ticks_under_two_rows() -> bytes:
    rows: list[Sequence[Cell]] = [
        (None, None, "Yoga for seniors", None, "Life drawing, Studio 2"),
        ("Member", "Email", "Mon 4 March 2030 2pm", "Mon 8 April 2030 2pm", "Wed 17 April 2030 6.30pm"),
    ]
    marks = (
        ("Elke Frost", 1, 1, 0),
        ("Fritz Grange", 0, 1, 1),
        ("Gilda Hale", 1, "waiting list", 0),
        ("Hank Ivory", 0, 0, 1),
    )

    def merge(sheet: Worksheet) -> None:
        sheet.merge_cells("C1:D1")

    return workbook(("Members", [*rows, *((name, email(name), *marks) for name, *marks in marks)]), change=merge)


# Cells as programs and people leave them


def phones_without_zero() -> bytes:
    session = ("Pottery for beginners", "23 March 2030 10:00")
    rows = [
        (*of(name)[0], 7700900210 + at, *session) for at, name in enumerate(("Ilse Frost", "Jago Grange", "Kofi Hale"))
    ]
    return workbook(("Sheet1", [("Name", "Email", "Mobile", "Service", "Start"), *rows]))


def formulas() -> bytes:
    people = {"P7": "Lars Frost", "P8": "Meg Grange", "P9": "Ned Hale"}
    rows = [
        (key, f"=VLOOKUP(A{at},Data!A:B,2,FALSE)", email(name), "Wheel throwing", datetime(2030, 4, 13, 13))
        for at, (key, name) in enumerate(people.items(), start=2)
    ]
    made = workbook(
        ("Booking", [("Pupil ID", "Full name", "Email", "Service", "Start"), *rows]),
        ("Data", [("Key", "Who"), *people.items()]),
    )
    return with_values(made, {f"B{at}": name for at, name in enumerate(people.values(), start=2)})


def times_as_typed() -> bytes:
    people = (
        ("Orla Frost", "Pottery for beginners", "Sat 16th March 2030 10am"),
        ("Paco Grange", "Pottery for beginners", "16.03.2030 10.00"),
        ("Quin Hale", "Wheel throwing", "13 April 2030 1pm"),
        ("Ruth Ivory", "Yoga for seniors", "8 April 2030, 2-3pm"),
        ("Saul Jarvis", "Yoga for seniors", "Mon 4/3/2030 1400"),
        ("Tova Keane", "Forklift basics", "12 March 2030 noon"),
    )
    return text([("Name", "Email", "Service", "When"), *((name, email(name), *more) for name, *more in people)])


def last_names_first() -> bytes:
    names = "Abbey Tobias,Birch Ursula,Crane Vito,Dunn Wanda"
    return text([("Attendee", "Email", "Course", "Start"), *of(names, "Forklift basics", "5 Mar 2030 09:00")])


def pages() -> bytes:
    headings = ("Name", "Email", "Service", "Start")
    when = ("Yoga for seniors", "Mon 4 March 2030 14:00")
    people = of("Alma Keane,Bram Lorne,Cleo Marsh,Dirk Nash,Edna Orton,Fred Abbey", *when)
    first, second = (
        [("Senior club",), ("Page 1 of 2",), headings, *people[:3]],
        [("Page 2 of 2",), headings, *people[3:]],
    )
    return workbook(("Print", [*first, (), *second, (), ("Summe: 6 Teilnehmer",)]))


def struck_and_coloured() -> bytes:
    people = of(
        "Gaia Keane,Hans Lorne,Inga Marsh,Jock Nash,Kay Orton,Lotte Abbey", "Wheel throwing", "16 March 2030 13:00"
    )

    def mark(sheet: Worksheet) -> None:
        for cell in sheet[3]:
            cell.font = STRUCK
        for row in (5, 7):
            for cell in sheet[row]:
                cell.fill = RED
        old = TextBlock(InlineFont(strike=True), "Kate ")
        sheet["A6"] = CellRichText(old, "Kay Orton")

    return workbook(("Sheet1", [("Name", "Email", "Service", "Start"), *people]), change=mark)


# In other languages


def german() -> bytes:
    rows = [
        ("Nachname", "Vorname", "E-Mail", "Handy", "Kurs", "Datum", "Uhrzeit"),
        (
            "Müller",
            "Jörg",
            "j.mueller@example.org",
            "07700 900231",
            "Pottery for beginners",
            "Sa. 16.03.2030",
            "10.00 Uhr",
        ),
        (
            "Groß",
            "Käthe",
            "k.gross@example.org",
            "07700 900232",
            "Pottery for beginners",
            "Sa. 16.03.2030",
            "10.00 Uhr",
        ),
        ("Öztürk", "Aylin", "a.oe@example.org", "07700 900233", "Yoga for seniors", "Mo. 08.04.2030", "14.00 Uhr"),
    ]
    return text(rows, separator=";", encoding="cp1252")


def polish() -> bytes:
    rows = [
        ("Imię", "Nazwisko", "E-mail", "Zajęcia", "Termin"),
        ("Łukasz", "Żak", "l.zak@example.org", "Pottery for beginners", "6 kwietnia 2030, 10:00"),
        ("Świętosława", "Gąsior", "s.g@example.org", "Pottery for beginners", "6 kwietnia 2030, 10:00"),
        ("Jan", "Wójcik", "j.w@example.org", "Wheel throwing", "sobota 13 kwietnia 2030, 13:00"),
    ]
    return workbook(("Arkusz1", rows))


def french() -> bytes:
    rows = [
        ("Nom", "Prénom", "Courriel", "Séance"),
        ("Lefèvre", "Zoé", "zoe@example.org", "Life drawing, mercredi 17 avril 2030, 18h30, Studio 1"),
        ("D'Arcy", "Aimé", "aime@example.org", "Life drawing, mercredi 17 avril 2030, 18h30, Studio 2"),
        ("Noël", "Chloë", "chloe@example.org", "Yoga for seniors, lundi 8 avril 2030, 14h"),
    ]
    return text(rows, separator=";", encoding="utf-8-sig")


def dutch_prefixes() -> bytes:
    rows = [
        ("Voornaam", "Voorvoegsel", "Achternaam", "E-mail", "Service", "Start"),
        ("Anna", "van der", "Meer", "anna@example.org", "Young makers", "27 July 2030 10:30"),
        ("Bas", "", "Visser", "bas@example.org", "Young makers", "27 July 2030 10:30"),
        ("Cas", "de", "Wit", "cas@example.org", "Young makers", "27 July 2030 10:30"),
    ]
    return workbook(("Blad1", rows))


def three_hundred() -> bytes:
    sessions = (
        "Pottery for beginners,16 Mar 2030 10:00",
        "Young makers,27 Jul 2030 10:30",
        "Yoga for seniors,8 Apr 2030 14:00",
    )
    names = [f"{first} {last}" for last in LAST for first in FIRST]
    return text(
        [
            ("Name", "Email", "Service", "Start"),
            *((name, email(name), *sessions[at % 3].split(",")) for at, name in enumerate(names)),
        ]
    )


LISTS: Mapping[str, Callable[[], bytes]] = {
    "class list.xlsx": class_list,
    "saturdays.xlsx": saturdays,
    "sheet per session.xlsx": sheet_per_session,
    "sheets with their own headings.xlsx": own_headings,
    "merged sessions.xlsx": merged_sessions,
    "session in first row only.csv": first_row_only,
    "title blocks.xlsx": title_blocks,
    "hr export.xlsx": hr_export,
    "form answers.xlsx": form_answers,
    "pasted from an e-mail.txt": email_paste,
    "two children a row.xlsx": two_children,
    "several in a cell.csv": several_in_a_cell,
    "ticks.xlsx": ticks,
    "ticks under two rows.xlsx": ticks_under_two_rows,
    "phones without zero.xlsx": phones_without_zero,
    "formulas.xlsx": formulas,
    "times as typed.csv": times_as_typed,
    "last names first.csv": last_names_first,
    "pages.xlsx": pages,
    "struck and coloured.xlsx": struck_and_coloured,
    "german.csv": german,
    "polish.xlsx": polish,
    "french.csv": french,
    "dutch prefixes.xlsx": dutch_prefixes,
    "three hundred.csv": three_hundred,
}


def main(folder: Path = HERE) -> int:
    for name, make in LISTS.items():
        (folder / name).write_bytes(make())
    return 0


if __name__ == "__main__":
    sys.exit(main())
