"""Opens every file of a folder and looks at the shape, type and units of every variable. Usage: open_all.py LIBRARY FOLDER"""
import os
import sys

library, folder = sys.argv[1:3]
seen = 0
for name in sorted(os.listdir(folder)):
    path = os.path.join(folder, name)
    if library == "h5py":
        import h5py

        with h5py.File(path) as f:
            for v in f.values():
                seen += len(v.shape) + len(v.attrs.get("units", b"") or b"")
    elif library == "netcdf4":
        import netCDF4

        with netCDF4.Dataset(path) as ds:
            for v in ds.variables.values():
                seen += len(v.shape) + len(v.units)
    else:
        sys.exit(f"unknown library {library}")
print(seen)
