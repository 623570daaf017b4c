"""Roster importer: puts a spreadsheet of people onto group bookings in Appointedd, each person exactly once.

Reading order: ``model`` (the nouns), ``columns``, ``roster`` (file → rows), ``rules`` (rows → participants and
problems), ``ledger`` (what is known), ``matching`` (who is who), ``targets`` (which group booking), ``plan``,
``booking`` (reserve, verify, confirm, settle), ``report``, ``results`` (the annotated workbook), and ``importing``,
which has the two halves of an import. ``cli`` is the door; ``sandbox`` a practice booking service.
"""

__version__ = "0.1.0"
