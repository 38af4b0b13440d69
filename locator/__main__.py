"""`python -m locator` is the command `locator`."""

from locator.cli import main

if __name__ == "__main__":
    main(prog_name="locator")
