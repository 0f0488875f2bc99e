"""Files that make a request end otherwise than one hopes, by netCDF4-python and h5py: ../requests/."""

import pathlib

import h5py
import netCDF4
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent.parent / "requests"
HERE.mkdir(exist_ok=True)

def opaque():
    """Bytes and references only: nothing that a column could hold."""
    with h5py.File(HERE / "opaque.h5", "w") as h5:
        for name in ("points", "more", "track"):
            h5[name] = np.array([b"ab", b"cd", b"ef"], dtype="V2")
        h5.create_dataset("to", (2,), dtype=h5py.ref_dtype)[:] = [h5["more"].ref] * 2


def beside_opaque():
    """Bytes beside numbers."""
    with h5py.File(HERE / "beside-opaque.h5", "w") as h5:
        h5["a"] = np.arange(4, dtype="<i4")
        for name in ("c", "d"):
            h5[name] = np.array([b"ab"] * 4, dtype="V2")


def scalars():
    """Numbers without dimensions."""
    with netCDF4.Dataset(HERE / "scalars.nc", "w") as nc:
        for name, value in (("height", 2.0), ("albedo", 0.3)):
            nc.createVariable(name, "f8", ())[...] = value


def impossible_reference():
    """Days counted from one of those that the reform of the calendar left out."""
    with netCDF4.Dataset(HERE / "impossible-reference.nc", "w") as nc:
        nc.createDimension("time", 3)
        time = nc.createVariable("time", "f8", ("time",))
        time.units, time.calendar = "days since 1582-10-10", "standard"
        time[:] = [0, 1, 2]
        nc.createVariable("v", "f4", ("time",))[:] = [1, 2, 3]


def wide_integers():
    """Coordinates that need more than seven digits."""
    with netCDF4.Dataset(HERE / "wide-integers.nc", "w", format="NETCDF3_CLASSIC") as nc:
        for name, kind, values in (("x", "i4", (-2147483647, 2147483646)), ("day", "f8", (20000101.0, 20001231.0))):
            nc.createDimension(name, 2)
            nc.createVariable(name, kind, (name,))[:] = values
        nc.createVariable("v", "f4", ("x", "day"))[:] = 0


def booleans():
    """True and false as h5py stores them: an enumeration."""
    with h5py.File(HERE / "booleans.h5", "w") as h5:
        h5["flag"] = np.array([True, False, True, True, False])
        h5["v"] = np.arange(5, dtype="<f4")
        h5["on"] = np.bool_(True)
        # A third name makes it an enumeration like any other.
        states = h5py.enum_dtype({"FALSE": 0, "TRUE": 1, "UNKNOWN": 2}, basetype="i1")
        h5.create_dataset("state", data=np.array([0, 1, 2, 1, 0], "i1"), dtype=states)


def counters():
    """As NEMO writes: the coordinate counts from 0 in every file, the dates stand beside it."""
    for n, day in enumerate((15, 46, 74)):
        with netCDF4.Dataset(HERE / f"counter-{n}.nc", "w", format="NETCDF3_CLASSIC") as nc:
            nc.createDimension("time_counter", None)
            nc.createDimension("x", 2)
            nc.createVariable("time_counter", "f8", ("time_counter",))[:] = [0]
            centred = nc.createVariable("time_centered", "f8", ("time_counter",))
            centred.units, centred.calendar, centred.standard_name = "days since 2015-01-01", "noleap", "time"
            centred[:] = [day]
            tos = nc.createVariable("tos", "f4", ("time_counter", "x"))
            tos.coordinates = "time_centered"
            tos[:] = [[10 * n, 10 * n + 1]]


for write in (opaque, beside_opaque, scalars, impossible_reference, wide_integers, booleans, counters):
    write()
