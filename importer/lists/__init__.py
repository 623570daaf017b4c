"""Lists as people make them: bytes → rows → participants and problems; and blank ones.

``content`` (file → bytes), ``sheets`` (bytes → cells: ``values``), ``corrections`` of these, and ``roster`` (cells →
rows as typed: which row holds the headings, ``heading_row``, which of them are ``session_headings``, what
``session_titles`` say above them, with which ``title_words``, and what makes people of the lines under them,
``shapes``); then ``rules`` (rows → participants and problems) with a module for each kind of cell:
``names`` (``name_words``, ``name_columns``, ``capitals``; of several people, ``joined_names``),
``contacts``, ``telephones``, ``labels`` and, for the session that a row asks for, ``sessions``, ``starts``, ``moments``
and ``session_words`` (with ``days``, in ``other_languages``, too); ``titles`` are no people, and ``answer_lines`` what
is decided on a sheet of ours. What a rule has to say is one of its ``findings``; what has to be agreed on about a sheet
is gathered in ``agreeing``, what unknown headings may mean in ``proposals``. ``dates`` is a list for several of them,
``recurring`` how a call says these in words, ``template`` makes the blank ones, ``cells`` how things get into a cell.
"""
