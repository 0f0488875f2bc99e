"""Writes sample-data/wrapped: one small netCDF-3 file compressed as a whole by gzip, bzip2 and compress, and longer text for the
decoders' own corners (code widths, cleared tables, several members). Needs netCDF4, and ncompress's `compress` on the PATH.

    python wrapped.py ../wrapped
"""
import bz2
import gzip
import hashlib
import json
import pathlib
import subprocess
import sys

import netCDF4
import numpy as np

out = pathlib.Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
plain = out / "ramp.nc"
with netCDF4.Dataset(plain, "w", format="NETCDF3_CLASSIC") as ds:
    ds.createDimension("x", 5)
    v = ds.createVariable("v", "i4", ("x",))
    v.units = "m"
    v[:] = np.arange(5) * 10
data = plain.read_bytes()
(out / "ramp.nc.gz").write_bytes(gzip.compress(data, mtime=0))
(out / "ramp.nc.bz2").write_bytes(bz2.compress(data))
expected = {"ramp.nc": {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}}

# Words drawn by a linear congruence: repetitive enough for long codes, long enough for 12-bit tables to fill and be cleared.
state, words = 1, []
for i in range(9000):
    state = (state * 1103515245 + 12345) % 2**31
    words.append(f"w{(state >> 16) % (40 if i < 5000 else 900):x}")
text = " ".join(words).encode() + b"a" * 3000


def compress(name, content, *flags):
    done = subprocess.run(["compress", "-c", *flags], input=content, stdout=subprocess.PIPE)
    (out / name).write_bytes(done.stdout)


compress("ramp.nc.Z", data, "-f")
for bits in (10, 12, 16):
    compress(f"words-{bits}.Z", text, "-f", "-b", str(bits))
half = len(text) // 2
(out / "words-two-members.gz").write_bytes(gzip.compress(text[:half], mtime=0) + gzip.compress(text[half:], mtime=0))
(out / "words-two-streams.bz2").write_bytes(bz2.compress(text[:half]) + bz2.compress(text[half:], 1))
expected["words"] = {"sha256": hashlib.sha256(text).hexdigest(), "bytes": len(text)}
(out / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
