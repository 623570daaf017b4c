"""Pure: who is who, and what became of whom.

``evidence`` what shows who somebody is, ``kinds`` of it in the order in which they are tried, ``matching`` who is who,
``duplicates`` who stands in a roster twice, ``settling`` what became of a lost answer;
``seeking`` one person in all that is known; ``bare_names`` are without titles and what stands in brackets.
"""
