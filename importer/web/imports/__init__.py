"""*Your imports*: what there is, and how far each is: ``routes``."""
