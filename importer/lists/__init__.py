"""Lists as people make them: bytes → rows → participants and problems; and blank ones.

``content`` (file → bytes), ``sheets`` (bytes → cells) and ``roster`` (cells → rows as typed); ``findings``,
``names``, ``contacts``, ``moments`` and ``rules`` (rows → participants and problems); ``template`` the blank ones,
``cells`` how things get into a cell.
"""
