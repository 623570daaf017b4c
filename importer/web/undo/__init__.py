"""*Undo this import*: who would be removed, and the word to do it: ``routes``."""
