"""Rule for the subject of a commit's message, which a git hook calls: `python scripts/commit_subject.py FILE`."""

import itertools
import sys
from pathlib import Path

MAX_CHARACTERS = 72


def subject_of(message):
    """Return the subject as git takes it: all lines before the first empty one, joined; comments are left out."""
    lines = [line.strip() for line in message.splitlines() if not line.startswith("#")]
    return " ".join(itertools.takewhile(bool, itertools.dropwhile(lambda line: not line, lines)))


def fault(subject):
    """Return what is wrong with a subject, None if nothing is."""
    if len(subject) > MAX_CHARACTERS:
        return f"The subject has {len(subject)} characters, and may have {MAX_CHARACTERS}: {subject}"
    if subject.endswith("."):
        return f"The subject ends with a full stop: {subject}"
    return None


if __name__ == "__main__":
    sys.exit(fault(subject_of(Path(sys.argv[1]).read_text(encoding="utf-8"))))
