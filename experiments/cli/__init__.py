"""The command line: `app.py` is the table of verbs, each verb one file and one library call."""
