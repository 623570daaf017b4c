"""Shapes of lists: how the lines of a sheet become people, each with the cells that tell of them.

``layout`` has the nouns. ``reading`` takes a sheet through the steps: the ``lines`` under its headings come first,
without what is written ``around`` people, and what their ``colours`` say; then ``gaps`` under a session that is
written once, ``blocks`` under a title each (``lone_titles`` are others), ``several`` people of one line (``joined`` in
one cell), the ``ticks`` that book each on several sessions as do ``choices`` in one cell, what of these is
``crossed_out``, and ``sessions`` that stand once for all, ``completing`` what headings say by half, or rows
(``halves``); at last what is ``unused``, and who may not be ``coming``.
"""
