"""Which session each row means, what would be done there, and doing it.

``targets`` finds the group bookings, ``plan`` says who is booked, who would be and who needs a person:
``deciding`` of one group booking, in the ``sentences`` that are told beside the rows; ``lanes``
books them: ``crew`` is what the lanes share, ``lane`` the steps of one of them.
"""
