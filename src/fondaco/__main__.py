"""`python -m fondaco` is the command line."""

from fondaco.cli import main

main()
