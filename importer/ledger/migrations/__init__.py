"""Alembic's folder: how a ledger of an earlier version becomes one of this (``docs/development.md``).

A migration never uses our own tables or nouns: it says what they were when it was written.
"""
