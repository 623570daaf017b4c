"""Shapes of lists: how the lines of a sheet become people, each with the cells that tell of them.

``layout`` has the nouns. ``reading`` takes a sheet through the steps: the ``lines`` under its headings come first,
then the ``ticks`` that book each of their people on several sessions, and ``sessions`` that stand once for several.
"""
