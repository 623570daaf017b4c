"""*Approve*: the plan as it was prepared, for somebody else to let through: ``routes``."""
