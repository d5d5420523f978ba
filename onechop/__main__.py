"""Run the command: `python -m onechop`."""

from onechop.main import main

if __name__ == "__main__":
    main()
