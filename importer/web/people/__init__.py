"""*People*: somebody in our record, where they are booked and by which import: ``routes``."""
