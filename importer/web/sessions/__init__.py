"""*Sessions*: which are to come, who is on them, and attendance lists to print: ``routes``."""
