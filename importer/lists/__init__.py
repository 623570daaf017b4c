"""Lists as people make them: bytes → rows → participants and problems; and blank ones.

``content`` (file → bytes), ``sheets`` (bytes → cells) and ``roster`` (cells → rows as typed); then ``rules`` (rows →
participants and problems) with a module for each kind of cell: ``names``, ``contacts``, ``labels`` and, for the
session that a row asks for, ``sessions``, ``starts`` and ``moments``; ``titles`` are no people. What a rule has to say
is one of its ``findings``; what has to be agreed on about a sheet is gathered in ``agreeing``. ``template`` makes the
blank ones, ``cells`` how things get into a cell.
"""
