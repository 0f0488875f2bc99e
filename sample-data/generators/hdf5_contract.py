"""Files for the contract suite of format plugins, with the JSON that the suite compares. Usage: hdf5_contract.py OUT

Written and read back by netCDF4-python: a chunk index of each common kind, filters, an unlimited dimension, chunks that were
never written, a group, big-endian and 64-bit numbers.
"""
import json
import sys

import netCDF4
import numpy as np

out = sys.argv[1]
NAMES = {"S1": "char"}


def plain(value):
    if isinstance(value, (np.floating, float)):
        if np.isnan(value):
            return "NaN"
        if np.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        return float(value)
    if isinstance(value, (np.integer, int)):
        return str(int(value)) if isinstance(value, (np.int64, np.uint64)) else int(value)
    return str(value)


def name_of(dtype):
    return "string" if dtype is str else np.dtype(dtype).newbyteorder("=").name


def attributes(item):
    found = {}
    for key in item.ncattrs():
        value = item.getncattr(key)
        if isinstance(value, str):
            # netCDF4-python makes NC_CHAR of plain text.
            found[key] = {"dtype": "char", "values": [value]}
        else:
            array = np.atleast_1d(value)
            found[key] = {"dtype": name_of(array.dtype), "values": [plain(x) for x in array]}
    return found


def describe(path):
    with netCDF4.Dataset(path) as ds:
        ds.set_auto_maskandscale(False)
        groups = [ds, *ds.groups.values()]
        where = lambda g: "" if g.path == "/" else g.path
        return {
            "format": "netcdf4",
            "dimensions": {f"{where(g)}/{n}": {"length": len(d), "unlimited": d.isunlimited()} for g in groups for n, d in g.dimensions.items()},
            "groups": [g.path for g in groups],
            "attributes": attributes(ds),
            "variables": {
                f"{where(g)}/{n}": {
                    "dtype": name_of(v.dtype),
                    "dims": list(v.dimensions),
                    "shape": list(v.shape),
                    "attributes": attributes(v),
                    "values": [plain(x) for x in np.asarray(v[...]).reshape(-1)],
                }
                for g in groups
                for n, v in g.variables.items()
            },
        }


def chunked(path):
    with netCDF4.Dataset(path, "w") as ds:
        ds.title = "chunks"
        ds.createDimension("time", None)
        ds.createDimension("y", 5)
        ds.createDimension("x", 7)
        v = ds.createVariable("t2m", "f4", ("time", "y", "x"), zlib=True, shuffle=True, fletcher32=True, chunksizes=(2, 3, 4), fill_value=np.float32(-1))
        v.units = "kelvin"
        v[0:2] = np.arange(70, dtype="f4").reshape(2, 5, 7)
        v[5] = np.arange(35, dtype="f4").reshape(5, 7) / 4
        w = ds.createVariable("codes", "i2", ("y", "x"), endian="big", zlib=True, chunksizes=(2, 7))
        w.scale_factor = np.float64(0.5)
        w[:] = np.arange(35, dtype="i2").reshape(5, 7) - 17


def plainly(path):
    with netCDF4.Dataset(path, "w") as ds:
        ds.levels = np.array([1, 2, 3], dtype="i4")
        ds.createDimension("x", 6)
        ds.createVariable("x", "f8", ("x",))[:] = np.linspace(0, 1, 6)
        group = ds.createGroup("more")
        group.createDimension("y", 3)
        v = group.createVariable("counts", "i8", ("y", "x"))
        v[:] = np.arange(18, dtype="i8").reshape(3, 6) * 2**55
        group.createVariable("scalar", "u1", ())[...] = 200


for make in (chunked, plainly):
    path = f"{out}/{make.__name__}.nc"
    make(path)
    with open(f"{path}.json", "w") as f:
        json.dump(describe(path), f)
