"""Which session each row means, what would be done there, and doing it.

``targets`` finds the group bookings (``naming``: those that are named in words; ``service_names``: which service a text
names; ``listed``: those that are full), ``looking`` at them tells what became of earlier answers, ``strangers`` who
else is there; of such ``facts`` the ``plan`` says who is booked, who would be and who needs a person: ``deciding`` of
one group booking (``returning``: who was taken off and is back; ``doubts``: whom a row may mean; ``noting``: what the
ledger keeps of that), in ``outcomes`` with the ``sentences`` that are told beside the rows, with ``openings`` for who
gets no place and ``free_times`` at which a session can be started. ``lanes`` books them: ``crew`` is what the lanes
share, ``lane`` the steps of one of them, ``holds`` the first of these, ``charges`` who was asked for money that nobody
wanted asked, ``refusals`` what ends a session; ``starting`` begins one that is not there yet. ``removing`` takes people
off again, and ``removals`` says who may be, and what a reading shows of it.
"""
