"""One module for each version of the tables, named by its number; a migration that is released is never changed."""
