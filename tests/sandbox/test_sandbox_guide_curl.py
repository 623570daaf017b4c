"""The guide's curl lines, as they stand there, run one after the other from the services to the booking."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from guide_client import Clock

from importer.sandbox import Sandbox

LINES = (Path(__file__).parent / "guide" / "requests.txt").read_text(encoding="utf-8").split("\n\n")
GUIDES_ADDRESS = "https://api.appointedd.com/v1/"
GUIDES_SLOT = "628f52d219e956000e6d192b"


def run(curl: str, sandbox: Sandbox, **filled_in: str) -> Any:
    """What a shell would make of such a line; the third lacks the quotation mark at the end of its address."""
    curl = re.sub(r"(--url '[^'\s]+) \\", r"\1' \\", curl)
    for placeholder, value in {"API_KEY": sandbox.key, **filled_in}.items():
        curl = curl.replace(f"<{placeholder}>", value).replace(placeholder, value)
    words = shlex.split(curl.replace("\\\n", " "))
    given = list(zip(words[1::2], words[2::2], strict=True))
    options = dict(given)
    headers = dict(value.split(": ", 1) for name, value in given if name == "--header")
    url = options["--url"].replace(GUIDES_ADDRESS, sandbox.base_url)
    answer = requests.request(options["--request"], url, headers=headers, data=options.get("--data"), timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2022, 4, 1, 9, tzinfo=UTC))


def test_the_guides_lines_lead_from_a_service_to_a_booking(sandbox: Sandbox) -> None:
    start = datetime(2022, 5, 26, 10, 30, tzinfo=UTC)
    session = sandbox.world.add_session("Test Service", "Somebody", start, 60, 5)
    services, search, bookings, reserve, confirm = LINES
    assert len(run(services, sandbox)["data"]) == 1
    (interval,) = run(search, sandbox, SERVICE_ID=session.service_id)["data"]
    assert [one["id"] for one in interval["group_bookings"]] == [session.id]
    (booking,) = run(bookings, sandbox, GROUP_BOOKING_ID=session.id)["data"]
    held = run(
        reserve,
        sandbox,
        GROUP_BOOKING_START_TIME=booking["start"],
        GROUP_BOOKING_SERVICE_ID=booking["service"],
        GROUP_BOOKING_RESOURCE_ID=booking["resource"],
    )["data"]
    assert held["booking_id"] == session.id
    confirmed = run(confirm, sandbox, **{GUIDES_SLOT: held["id"]})["data"]
    assert confirmed["id"] == session.id
    assert [one.name for one in sandbox.world.people(session.id)] == ["Ada Lovelace"]
