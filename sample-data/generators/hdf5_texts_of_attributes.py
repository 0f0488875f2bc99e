"""Attributes with text behind a NUL and with control characters: sample-data/hdf5-attribute-texts.h5. Needs h5py."""
import os
import h5py
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
with h5py.File(os.path.join(here, "..", "hdf5-attribute-texts.h5"), "w") as f:
    f.attrs["colours"] = "plain \x1b[31mred\x1b[0m bell \x07"
    kind = h5py.h5t.C_S1.copy()
    kind.set_size(7)
    kind.set_strpad(h5py.h5t.STR_NULLTERM)
    h5py.h5a.create(f.id, b"terminated", kind, h5py.h5s.create(h5py.h5s.SCALAR)).write(np.array(b"abc\0XYZ", dtype="S7"))
    f["x"] = np.arange(2, dtype="i2")
