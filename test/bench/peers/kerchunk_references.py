"""kerchunk_references.py FILE URL OUT: what kerchunk's users make once for a file."""
import json, sys
from kerchunk.hdf import SingleHdf5ToZarr

path, url, out = sys.argv[1:]
with open(path, "rb") as file, open(out, "w") as target:
    json.dump(SingleHdf5ToZarr(file, url, inline_threshold=100).translate(), target)
