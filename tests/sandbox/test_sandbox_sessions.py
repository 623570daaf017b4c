"""The practice sessions that sample rosters and training name."""

from __future__ import annotations

from guide_client import Client, Open

from importer.sandbox import Sandbox
from importer.sandbox.records import Booking
from importer.sandbox.sessions import LONDON, practice_records, sessions_table

TABLE = """\
id                       service               resource      start (London)       places taken status
78b2a701f00bcdd4d3156600 Yoga for seniors      Main hall     Mon 04 Mar 2030 14:00     20     0 confirmed
e22cdd0385c0d6e6863de00f Forklift basics       Loading bay   Tue 05 Mar 2030 09:00      5     0 confirmed
52504b5be943eaa7fbc3919b Forklift basics       Loading bay   Tue 12 Mar 2030 09:00      5     0 confirmed
fc683d5c49061b1db848d053 Pottery for beginners Studio 1      Sat 16 Mar 2030 10:00     24     2 confirmed
c1c85ddc4230f939d2caa3db Wheel throwing        Studio 2      Sat 16 Mar 2030 13:00     12     0 confirmed
5b7641da8e65d193068a43b6 First aid at work     Training room Wed 20 Mar 2030 09:00      6     6 confirmed
1b86f27d832afd8d0838ee83 Pottery for beginners Studio 1      Sat 23 Mar 2030 10:00      8     0 confirmed
4ddcc48b5d3cf66984014112 Young makers          Studio 2      Sat 30 Mar 2030 10:30     15     0 confirmed
473f9cc3c80e008cda3821e0 Yoga for seniors      Main hall     Mon 01 Apr 2030 14:00     20     0 cancelled
7acba422279bf663b136e882 First aid at work     Training room Wed 03 Apr 2030 09:00     16     0 confirmed
273bb372c960f4038a576372 Pottery for beginners Studio 2      Sat 06 Apr 2030 10:00     12     0 confirmed
912a98695d7a015e99133f88 Yoga for seniors      Main hall     Mon 08 Apr 2030 14:00     20     0 confirmed
46aacacd5f01d250ee7e7852 Wheel throwing        Studio 2      Sat 13 Apr 2030 13:00      6     0 confirmed
b80baf8c30746846bebbf282 Life drawing          Studio 1      Wed 17 Apr 2030 18:30     10     0 confirmed
407544619bfa556ad4ffe1c1 Life drawing          Studio 2      Wed 17 Apr 2030 18:30     10     0 confirmed
1be9c51a55ee73708d8be473 Young makers          Main hall     Sat 27 Jul 2030 10:30     18     0 confirmed"""


def sessions(sandbox: Sandbox) -> dict[str, Booking]:
    return {booking.id: booking for booking in sandbox.world.bookings()}


def test_sample_rosters_may_rely_on_every_line_of_the_table() -> None:
    assert sessions_table() == TABLE


def test_the_service_has_what_the_table_says(sandbox: Sandbox) -> None:
    there = sessions(sandbox)
    for line in TABLE.splitlines()[1:]:
        booking = there.pop(line[:24])
        *_, places, taken, status = line.split()
        assert f"{booking.session.start.astimezone(LONDON):%a %d %b %Y %H:%M}" in line
        assert sandbox.world.service_name(booking.session.service_id) in line
        assert (booking.session.places, len(booking.people)) == (int(places), int(taken))
        assert (booking.session.status, booking.session.price) == (status, 0)
    assert there == {}


def test_a_full_session_refuses_and_its_people_came_by_the_appointment_screen(sandbox: Sandbox, client: Client) -> None:
    full = sessions(sandbox)["5b7641da8e65d193068a43b6"]
    assert full.free == 0
    assert {person.source for person in full.people} == {"appointment_screen"}
    assert client.reserve(full.session).status_code == 409


def test_the_two_outsiders_have_profiles_that_can_be_read(sandbox: Sandbox, client: Client) -> None:
    pottery = sessions(sandbox)["fc683d5c49061b1db848d053"].session
    ids = [entry["customer_id"] for entry in client.booking(pottery)["customers"]]
    profiles = [client.get(f"customers/{customer_id}").json()["data"]["profile"] for customer_id in ids]
    assert [profile["lastname"] for profile in profiles] == ["Okafor", "Zieliński"]
    assert {entry["booking_source"] for entry in client.booking(pottery)["customers"]} == {
        "appointment_screen",
        "online",
    }


def test_the_life_drawing_twins_can_only_be_told_apart_by_their_resource(sandbox: Sandbox, client: Client) -> None:
    there = sessions(sandbox)
    twins = [there[booking_id].session for booking_id in ("b80baf8c30746846bebbf282", "407544619bfa556ad4ffe1c1")]
    [item] = client.search(twins[0]).json()["data"]
    assert [group["id"] for group in item["group_bookings"]] == [twin.id for twin in twins]
    for twin in twins:
        assert client.reserve(twin).json()["data"]["booking_id"] == twin.id


def test_winter_and_summer_starts_are_written_with_their_own_offset(sandbox: Sandbox, client: Client) -> None:
    there = sessions(sandbox)
    winter, summer = there["1b86f27d832afd8d0838ee83"].session, there["273bb372c960f4038a576372"].session
    starts = [item["start"] for item in client.search(winter, days=21).json()["data"]]
    assert starts == ["2030-03-23T10:00:00.000+00:00", "2030-04-06T10:00:00.000+01:00"]
    assert client.reserve(summer, start="2030-04-06T10:00:00+01:00").status_code == 200


def test_the_practice_people_are_the_same_in_every_run(open_sandbox: Open) -> None:
    assert practice_records() == practice_records()
    one, other = (open_sandbox()[1].get("bookings", limit=100).json() for _ in range(2))
    assert one == other
