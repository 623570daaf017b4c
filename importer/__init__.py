"""Roster importer: puts a spreadsheet of people onto group bookings in Appointedd, each person exactly once.

Data goes one way, from the roster to the results, and each room uses only what stands below it (``pyproject.toml``).
Reading order: ``model`` (the nouns), ``columns``, ``headings`` (those of one sender), ``sheets`` (bytes → cells),
``roster`` (cells → rows), ``findings``, ``names``, ``contacts``, ``moments`` and ``rules`` (rows → participants and
problems), ``checking``; ``ledger`` (what is known), ``evidence`` and ``matching`` (who is who), ``settling`` (what
became of a lost answer); ``appointedd`` (the service), ``targets`` (which group booking), ``plan``; ``series`` (what
changed since the last roster), ``guards``, ``history`` (both, of what the ledger knows); ``pace``, ``booking``
(reserve, verify, confirm, settle); ``report``, ``cells``, ``results`` (the annotated workbook), ``template``; ``known``
(all that is known before a plan); ``importing``, which has the two halves of an import, and ``purging``; ``inbox`` (a
folder of rosters for cron); ``settings``, ``errors``, ``cli`` (the door), ``__main__``; and ``sandbox``, a practice
booking service.
"""

__version__ = "0.1.0"
