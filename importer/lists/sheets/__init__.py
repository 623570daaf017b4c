"""Bytes → sheets of cells, whatever kind of file they are. Knows nothing of people.

``opening`` tells the kinds apart by their content; ``unlocking`` opens what a password protects. ``excel``, ``markup``
and ``fills`` read ``.xlsx`` and ``.xlsm``, ``old_excel`` ``.xls``, ``open_document`` ``.ods``, ``text`` ``.csv`` and
its like. ``archive`` keeps watch over what unpacks, ``relations`` say which parts of it belong together; ``book`` has
what all of them return.
"""

from importer.lists.sheets.book import MOST_BYTES, MOST_COLUMNS, Book, Columns, Merged, Sheet
from importer.lists.sheets.opening import is_excel, is_text, open_book

__all__ = ["MOST_BYTES", "MOST_COLUMNS", "Book", "Columns", "Merged", "Sheet", "is_excel", "is_text", "open_book"]
