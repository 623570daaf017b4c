"""What is booked in practice stays booked, whatever ends the process."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

from guide_client import Clock, Open, add_pottery

from importer.sandbox import Sandbox
from importer.sandbox.records import Session

JOURNAL = "practice-service.jsonl"


def names(sandbox: Sandbox, session: Session) -> list[str]:
    return [person.name for person in sandbox.world.people(session.id)]


def test_everything_booked_is_there_again(open_sandbox: Open, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "practice"
    sandbox, client = open_sandbox(folder)
    session = add_pottery(sandbox)
    client.book(session, "Ada", email="ada@example.org")
    gone = client.book(session, "Bea")
    sandbox.world.remove_person(session.id, gone["customer_booking_id"])
    listed = client.booking(session)
    _, again = open_sandbox(folder)
    assert again.booking(session) == listed
    assert again.get("customers", limit=100).json() == client.get("customers", limit=100).json()
    assert again.get("bookings", limit=100).json() == client.get("bookings", limit=100).json()


def test_a_hold_outlives_the_process_and_still_expires(open_sandbox: Open, tmp_path: Path, clock: Clock) -> None:
    sandbox, client = open_sandbox(tmp_path)
    session = add_pottery(sandbox, places=2)
    kept, lost = client.hold(session), client.hold(session)
    sandbox, client = open_sandbox(tmp_path)
    assert client.found(session) == []
    assert client.confirm(kept).status_code == 200
    assert client.confirm(kept).status_code == 409
    clock.move(minutes=20)
    assert client.confirm(lost).status_code == 410
    assert client.found(session)[0]["spaces"] == 1


def test_somebody_who_comes_again_keeps_their_customer_record(open_sandbox: Open, tmp_path: Path) -> None:
    sandbox, client = open_sandbox(tmp_path)
    session = add_pottery(sandbox)
    first = client.book(session, email="ada@example.org")
    _, again = open_sandbox(tmp_path)
    assert again.book(session, email="ada@example.org")["customer_id"] == first["customer_id"]


def test_without_a_folder_nothing_is_kept(open_sandbox: Open) -> None:
    sandbox, _ = open_sandbox()
    session = add_pottery(sandbox)
    again, _ = open_sandbox()
    assert session.id not in {booking.id for booking in again.world.bookings()}


def test_the_file_is_its_owners_alone(open_sandbox: Open, tmp_path: Path) -> None:
    sandbox, _ = open_sandbox(tmp_path)
    add_pottery(sandbox)
    assert stat.S_IMODE((tmp_path / JOURNAL).stat().st_mode) == 0o600


def test_a_change_that_was_torn_off_anywhere_never_happened(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path)
    session = add_pottery(sandbox)
    sandbox.world.add_person(session.id, "Ada", "Lovelace")
    whole = (tmp_path / JOURNAL).read_bytes()
    sandbox.world.add_person(session.id, "Zoë", "Brown")
    last = (tmp_path / JOURNAL).read_bytes()[len(whole) :]
    for length in range(0, len(last), 41):
        (tmp_path / JOURNAL).write_bytes(whole + last[:length])
        torn = Sandbox(tmp_path)
        assert names(torn, session) == ["Ada Lovelace"]
        torn.world.add_person(session.id, "Cleo", "Jones")
        assert names(Sandbox(tmp_path), session) == ["Ada Lovelace", "Cleo Jones"]


BOOKS_UNTIL_KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
sys.path.insert(0, {tests!r})
from guide_client import Client
from importer.sandbox import Sandbox
with Sandbox(Path({folder!r})) as sandbox:
    session = sandbox.world.add_session("Pottery", "Studio 9", datetime(2030, 1, 1, tzinfo=UTC), 60, 10_000)
    client = Client(sandbox)
    print(session.id, flush=True)
    while True:
        print(client.book(session)["customer_booking_id"], flush=True)
"""


def test_whoever_was_told_booked_is_booked_after_a_kill(tmp_path: Path) -> None:
    program = BOOKS_UNTIL_KILLED.format(tests=str(Path(__file__).parent), folder=str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        booking_id = process.stdout.readline().strip()
        told = [process.stdout.readline().strip() for _ in range(20)]
        process.kill()
        told += process.stdout.read().split("\n")[:-1]
    people = Sandbox(tmp_path).world.people(booking_id)
    assert [person.customer_booking_id for person in people[: len(told)]] == told
    assert len(people) - len(told) <= 1
