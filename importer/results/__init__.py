"""Outcomes → totals, sentences and JSON, and the workbook that goes back: the file that came in, answered.

``report`` tells of a run, ``changes`` who moved, is gone, was removed, or has another address by now, ``news`` what of
that nobody has been told yet, ``lessons`` what a service has taught, ``kept`` what is kept of one person.

The person's workbook is not written anew by a library, which would lose what that library does not know. It is added
to: what nobody changes goes back byte for byte. ``writing`` has the whole of it; ``opening`` the person's workbook,
``answers`` our columns, ``together`` what stands there for several answers and ``answers_sheet`` each of them,
``marks`` the colours, ``spots`` where something stands, ``summary`` the sheet "Import summary" (a ``page``), ``files``
where it goes; ``correcting`` writes what was put right on the page. Under these, the workbook's own form: ``package``
its parts, ``styles`` its formats, ``rows`` a sheet's rows, ``pen`` our cells in them, ``frame`` what stands around
them.
"""
