"""Subset of four hourly MERG files (infrared brightness temperature, NOAA/NCEP CPC and NASA GES DISC, US Government public domain).

Usage: merg.py FOLDER_WITH_MERG_FILES OUT. Every second pixel of a box over West Africa; the first two hours stay CDF-1, the
last two become netCDF-4 with shuffle and deflate. Names, attributes and values are as published: each file counts its hours
from its own reference, and the fill is `missing_value` only. The reference is spelled out (`2006-09-11 01:00:00` for the
published `2006-9-11 1`, which readers take for midnight or for one o'clock).
"""
import sys

import netCDF4

source, out = sys.argv[1:3]
LAT, LON = slice(10, 130, 2), slice(150, 300, 2)
for hour in range(4):
    name = f"merg_20060911{hour:02d}_4km-pixel.nc"
    modern = hour >= 2
    with netCDF4.Dataset(f"{source}/{name}") as a, netCDF4.Dataset(f"{out}/{name}", "w", format="NETCDF4" if modern else "NETCDF3_CLASSIC") as b:
        b.setncatts({k: a.getncattr(k) for k in ("Conventions", "calendar", "center", "comments")})
        b.source = "MERG 4 km infrared brightness temperature, subset: every second pixel of a box"
        for dim, size in (("time", None), ("longitude", 75), ("latitude", 60)):
            b.createDimension(dim, size)
        for v in a.variables.values():
            options = dict(zlib=True, complevel=5, shuffle=True, chunksizes=(1, 30, 40)) if modern and v.ndim == 3 else {}
            w = b.createVariable(v.name, v.dtype, v.dimensions, **options)
            w.setncatts({k: v.getncattr(k) for k in v.ncattrs()})
            w.set_auto_maskandscale(False)
            v.set_auto_maskandscale(False)
            index = tuple({"latitude": LAT, "longitude": LON}.get(d, slice(None)) for d in v.dimensions)
            w[:] = v[index]
        b["time"].units = f"hours since 2006-09-11 {hour:02d}:00:00"
