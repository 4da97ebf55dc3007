"""Build a wheel of the students' edition: `python scripts/make_wheel.py FOLDER` writes it into a folder.

Its package is the release's, so it cannot grade. Notebooks, data and README lie in the package's folder `edition`, byte
for byte as in the release; `mlp-course start` unpacks them. The same commit always gives the same wheel.
"""

import calendar
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from mlp_helpers.authoring.release import InvalidSource, edition
from mlp_helpers.course.archive import DATE
from mlp_helpers.course.edition import EDITION
from mlp_helpers.course.manifest import MANIFEST, PACKAGE, without_package
from mlp_helpers.services.files import replacing, write_folder

ROOT = Path(__file__).resolve().parent.parent
INSIDE = PACKAGE + EDITION.name  # the wheel's folder of the edition


def build(released, folder):
    """Build a wheel of a release, {path: content}, into a folder, which may be new; return the wheel's path."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    _, course = without_package(json.loads(released[MANIFEST]), released)
    files = released | {f"{INSIDE}/{name}": content for name, content in course.items()}
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch, "source")
        write_folder(files, source)
        command = [sys.executable, "-m", "flit_core.wheel", "--outdir", scratch, str(source)]
        environment = {**os.environ, "SOURCE_DATE_EPOCH": str(calendar.timegm(DATE))}
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
        (built,) = Path(scratch).glob("*.whl")
        with replacing(folder / built.name) as temporary:
            shutil.copyfile(built, temporary)
    return folder / built.name


if __name__ == "__main__":
    try:
        wheel = build(edition(ROOT), sys.argv[1])
    except InvalidSource as error:
        sys.exit(f"No wheel was built: the source has these faults.\n{error}")
    print(f"{wheel}: {wheel.stat().st_size / 1e6:.1f} MB")
