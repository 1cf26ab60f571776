"""`python -m risico` is the command `risico`."""

from risico.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
