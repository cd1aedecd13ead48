"""`python -m bot run` is `hocvuso run`."""

from bot.cli import main

main()
