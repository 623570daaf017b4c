"""*Your imports*: what there is, and how far each is.

``routes``; ``listing`` says of each list and each import how it stands.
"""
