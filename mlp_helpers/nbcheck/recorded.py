"""Problems of stored outputs: traces of a machine, warnings and errors."""

import base64
import io
import re

MACHINE = re.compile(r"0x[0-9a-f]{6,}|/home/|/root/|/tmp/|/Users/|[A-Z]:\\\\|localhost:|127\.0\.0\.1|https?://")


def text_of(output):
    """Return the text in an output, pictures left out."""
    data = output.get("data", {})
    return output.get("text", "") + "".join(str(value) for mime, value in data.items() if mime.startswith("text/"))


def readable(output):
    """Return all text in an output, including its metadata and those of its pictures."""
    from PIL import Image

    pictures = [base64.b64decode(data) for mime, data in output.get("data", {}).items() if mime == "image/png"]
    words = [value for picture in pictures for value in Image.open(io.BytesIO(picture)).info.values()]
    return " ".join([text_of(output), str(output.get("metadata", "")), *map(str, words)])


def warns(output):
    """Return whether an output is a warning or an error."""
    return output.get("name") == "stderr" or output.output_type == "error" or "Warning" in text_of(output)


def problems(output):
    """Return the problems of an output, a list of str."""
    found = ["a warning or an error: " + text_of(output).strip()[:200]] if warns(output) else []
    machine = MACHINE.search(readable(output))
    return found + ([f"something of this machine: {machine.group()}…"] if machine else [])
