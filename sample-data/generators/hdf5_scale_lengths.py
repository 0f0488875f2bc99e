"""Datasets whose dimension scale has another length: sample-data/hdf5-scale-lengths.h5. Needs h5py."""
import os
import h5py
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
with h5py.File(os.path.join(here, "..", "hdf5-scale-lengths.h5"), "w") as f:
    f["y"] = np.arange(4.0)
    f["y"].make_scale("y")
    for name, length in (("short", 3), ("same", 4), ("long", 5)):
        f[name] = np.arange(1, length + 1, dtype="i4")
        f[name].dims[0].attach_scale(f["y"])
