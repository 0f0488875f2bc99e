"""Files that make a request end otherwise than one hopes, by netCDF4-python and h5py: ../requests/."""

import pathlib

import h5py
import netCDF4
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent.parent / "requests"
HERE.mkdir(exist_ok=True)

POINT = np.dtype([("x", "<f4"), ("y", "<f4")])


def compounds():
    """Records only: nothing that a column could hold."""
    with h5py.File(HERE / "compounds.h5", "w") as h5:
        for name in ("points", "more", "track"):
            h5.create_dataset(name, data=np.zeros(3, POINT))
        h5["blob"] = np.array([b"ab", b"cd"], dtype="V2")


def beside_compounds():
    """Records beside numbers."""
    with h5py.File(HERE / "beside-compounds.h5", "w") as h5:
        h5["a"] = np.arange(4, dtype="<i4")
        for name in ("c", "d"):
            h5.create_dataset(name, data=np.zeros(4, POINT))


def scalars():
    """Numbers without dimensions."""
    with netCDF4.Dataset(HERE / "scalars.nc", "w") as nc:
        for name, value in (("height", 2.0), ("albedo", 0.3)):
            nc.createVariable(name, "f8", ())[...] = value


for write in (compounds, beside_compounds, scalars):
    write()
