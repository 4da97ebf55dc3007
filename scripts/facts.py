"""Facts about this process's platform, printed as JSON: proof that a setting of `make reproduce` took effect."""

import codecs
import json
import locale
import os
import platform
import sys
import tempfile
import time

import matplotlib
import numpy
import threadpoolctl

try:
    from numpy._core import _multiarray_umath as umath
except ImportError:  # before NumPy 2
    from numpy.core import _multiarray_umath as umath

(blas,) = [library for library in threadpoolctl.threadpool_info() if library["user_api"] == "blas"]
try:
    tempfile.TemporaryFile(dir=".").close()
    read_only = False
except OSError:
    read_only = True
# Integers, which float64 represents exactly, and which NumPy multiplies without BLAS.
a, b = numpy.random.default_rng(0).integers(-1000, 1000, size=(2, 300, 300))
of_avx512 = (name for name in umath.__cpu_dispatch__ if "AVX512" in name or name == "X86_V4")
used_avx512 = [name for name in of_avx512 if umath.__cpu_features__[name]]
print(
    json.dumps(
        {
            "python": ".".join(platform.python_version_tuple()[:2]),
            "python_version": platform.python_version(),
            "numpy": numpy.__version__,
            "matplotlib": matplotlib.__version__,
            "blas": f"{blas['internal_api']} {blas['version']}",
            "kernel": blas.get("architecture"),
            "threads": blas["num_threads"],
            "avx512": used_avx512,
            "hash_seed": None if sys.flags.ignore_environment else os.environ.get("PYTHONHASHSEED"),
            "encoding": codecs.lookup(locale.getpreferredencoding(False)).name,
            "seconds_west": time.timezone,
            "read_only": read_only,
            "wrong_products": int((a.astype(float) @ b.astype(float) != a @ b).sum()),
        }
    )
)
