"""The instructor's side: what a submission is worth. Nothing but the command line imports it."""
