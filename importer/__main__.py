"""``python -m importer`` is ``roster``."""

from importer.cli import main

if __name__ == "__main__":
    main()
