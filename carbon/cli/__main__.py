"""`python -m carbon.cli`."""

from carbon.cli import main

main()
