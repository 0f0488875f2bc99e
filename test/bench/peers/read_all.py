"""Reads every value of every data variable once, by chunk-aligned slabs, and prints a checksum. Usage: read_all.py LIBRARY FILE"""
import sys

import numpy as np

library, path = sys.argv[1:3]
total, count = 0.0, 0


def take(values):
    global total, count
    total += float(np.sum(values, dtype="f8"))
    count += values.size


if library == "netcdf4":
    import netCDF4

    with netCDF4.Dataset(path) as ds:
        ds.set_auto_maskandscale(False)
        for v in ds.variables.values():
            if v.ndim == 3:
                step = v.chunking()[0] if isinstance(v.chunking(), list) else 24
                for t in range(0, v.shape[0], step):
                    take(v[t : t + step])
elif library == "h5py":
    import h5py

    with h5py.File(path) as f:
        for v in f.values():
            if v.ndim == 3:
                step = v.chunks[0] if v.chunks else 24
                for t in range(0, v.shape[0], step):
                    take(v[t : t + step])
elif library == "h5netcdf":
    import h5netcdf

    with h5netcdf.File(path) as f:
        for v in f.variables.values():
            if v.ndim == 3:
                for t in range(0, v.shape[0], v.chunks[0]):
                    take(v[t : t + v.chunks[0]])
elif library == "zarr":
    import zarr

    for _, v in zarr.open_group(path, mode="r").arrays():
        if v.ndim == 3:
            for t in range(0, v.shape[0], v.chunks[0]):
                take(v[t : t + v.chunks[0]])
elif library == "astropy":
    from astropy.io import fits

    with fits.open(path, memmap=True) as hdus:
        for column in hdus[1].columns:
            take(hdus[1].data[column.name])
else:
    sys.exit(f"unknown library {library}")
print(count, f"{total:.6e}")
