"""Roster importer: puts a spreadsheet of people onto group bookings in Appointedd, each person exactly once.

Data goes one way, from the roster to the results, and each room uses only what stands below it (``pyproject.toml``).
Reading order: ``model`` (the nouns), ``lists`` (bytes → participants and problems), ``people`` (who is who),
``service`` (the booking service), ``ledger`` (what is known), ``booking`` (which session, the plan, and doing it),
``results`` (the answers and the workbook that goes back), ``importing`` (an import's two halves); the doors ``web``
(the page), ``inbox`` (a folder of rosters for cron) and ``cli`` (the command line), ``__main__``; under everything
``settings`` and ``errors``; and ``sandbox``, a practice booking service.
"""

__version__ = "0.1.0"
