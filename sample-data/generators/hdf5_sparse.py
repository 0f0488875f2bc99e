"""hdf5-sparse.h5 and hdf5-large-chunk.h5, by h5py: shapes and chunks of which the files hold next to nothing.

Usage: hdf5_sparse.py OUT (writes OUT/hdf5-*.h5). What no chunk holds reads as the fill value. Of "island" the chunk that holds
row 100000 and column 200000 is stored: 7 there, and 1 in the rest of it.
"""
import pathlib
import sys

import h5py
import numpy as np

OUT = pathlib.Path(sys.argv[1])

with h5py.File(OUT / "hdf5-sparse.h5", "w", libver="earliest") as f:
    f.create_dataset("empty_rows", shape=(2**31, 0), dtype="<f4")
    f.create_dataset("unused", shape=(2**22, 2**22), dtype="<f4", chunks=(1024, 1024))
    f.create_dataset("vast", shape=(2**26, 2**25), dtype="<f4", chunks=(1024, 1024))
    d = f.create_dataset("island", shape=(2**18, 2**18), dtype="<i2", chunks=(2**12, 2**12), fillvalue=-1, compression="gzip")
    chunk = np.ones((2**12, 2**12), "<i2")
    chunk[100000 % 2**12, 200000 % 2**12] = 7
    rows, columns = (k // 2**12 * 2**12 for k in (100000, 200000))
    d[rows:rows + 2**12, columns:columns + 2**12] = chunk

with h5py.File(OUT / "hdf5-large-chunk.h5", "w", libver="earliest") as f:
    f.create_dataset("values", shape=(12288, 12288), dtype="<f4", chunks=(12288, 12288), fillvalue=2.5)
