"""*Result*: what became of a list, and its workbook: ``routes``."""
