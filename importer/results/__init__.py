"""The workbook that goes back: the file that came in, plus answers. The only user of openpyxl beside ``template``.

``writing`` has the whole of it; ``opening`` the person's workbook, ``answers`` our columns, ``marks`` the colours,
``summary`` the sheet "Import summary", ``files`` where it goes.
"""

from importer.results.files import check_writable, results_path
from importer.results.opening import what_is_lost
from importer.results.writing import write_results

__all__ = ["check_writable", "results_path", "what_is_lost", "write_results"]
