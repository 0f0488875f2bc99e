"""Seeded netCDF-4 files of noise over a smooth field, one day each: DIR MB (decoded megabytes in all)."""
import os
import sys

import netCDF4
import numpy as np

folder, megabytes = sys.argv[1], int(sys.argv[2])
LAT, LON, HOURS = 361, 720, 24
DAY = LAT * LON * HOURS * 4
for day in range(max(1, megabytes * 1_000_000 // DAY)):
    path = os.path.join(folder, f"day-{day:03d}.nc")
    if os.path.exists(path):
        continue
    rng = np.random.default_rng(day)
    with netCDF4.Dataset(path + ".tmp", "w") as out:
        for name, size in (("time", HOURS), ("lat", LAT), ("lon", LON)):
            out.createDimension(name, size)
            out.createVariable(name, "f8", (name,))
        out["time"].units = "hours since 2000-01-01"
        out["time"][:] = np.arange(HOURS) + 24 * day
        out["lat"].units, out["lon"].units = "degrees_north", "degrees_east"
        out["lat"][:] = np.linspace(-90, 90, LAT)
        out["lon"][:] = np.arange(LON) * 0.5
        t2m = out.createVariable("t2m", "f4", ("time", "lat", "lon"), zlib=True, complevel=1, shuffle=True, chunksizes=(6, LAT, LON))
        smooth = 280 + 20 * np.cos(np.deg2rad(np.linspace(-90, 90, LAT)))[None, :, None]
        t2m[:] = (smooth + rng.normal(0, 2, (HOURS, LAT, LON))).astype("f4")
    os.rename(path + ".tmp", path)
