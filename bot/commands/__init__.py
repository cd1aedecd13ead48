"""The commands of `hocvuso`, one file each; `bot/cli.py` lists them.

To add one: copy a file, give it a `register(app)`, add it to the table in `bot/cli.py`.
"""
