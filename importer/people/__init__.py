"""Pure: who is who, and what became of whom.

``evidence`` what shows who somebody is, ``matching`` who is who, ``settling`` what became of a lost answer.
"""
