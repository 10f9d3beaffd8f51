"""Run the command line as ``python -m township_eval``."""

from township_eval.cli import main

if __name__ == "__main__":
    main()
