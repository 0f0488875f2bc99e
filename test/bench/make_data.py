"""Seeded data for the benchmarks: era5like, packed and classic netCDF. Usage: make_data.py DIR [SCALE]

era5like: 2 x float32 (time, latitude, longitude) in chunks (24, 91, 180), shuffle + deflate 4, smooth fields with noise.
packed:   int16 with scale, offset, fill and 10 % masked, shuffle + deflate 4.
classic:  CDF-2, one float32 record variable.
SCALE 1 is the size that docs quote (0.8 GB decoded in era5like); smaller scales shorten the time dimension.
"""
import os
import sys

import netCDF4
import numpy as np

SEED = 20250101


def coordinates(ds, ntime, nlat, nlon, unlimited=False):
    ds.createDimension("time", None if unlimited else ntime)
    ds.createDimension("latitude", nlat)
    ds.createDimension("longitude", nlon)
    lat = ds.createVariable("latitude", "f4", ("latitude",))
    lat.units, lat.standard_name, lat[:] = "degrees_north", "latitude", np.linspace(90, -90, nlat)
    lon = ds.createVariable("longitude", "f4", ("longitude",))
    lon.units, lon.standard_name, lon[:] = "degrees_east", "longitude", np.linspace(0, 360, nlon, endpoint=False)
    time = ds.createVariable("time", "i4", ("time",))
    time.units, time.calendar, time.standard_name = "hours since 1900-01-01", "gregorian", "time"
    time[:] = 1051896 + np.arange(ntime)
    ds.Conventions = "CF-1.8"
    return np.linspace(np.pi / 2, -np.pi / 2, nlat, dtype="f8")[:, None], np.linspace(0, 2 * np.pi, nlon, endpoint=False)[None, :]


def field(rng, lat, lon, t, noise):
    smooth = 288 - 40 * np.sin(lat) ** 2 + 8 * np.sin(2 * lon + t / 12) * np.cos(lat) + 5 * np.cos(t / 24 * 2 * np.pi + lon)
    return (smooth + noise * rng.standard_normal(smooth.shape)).astype("f4")


def era5like(path, scale):
    rng = np.random.default_rng(SEED)
    ntime, nlat, nlon = max(24, int(96 * scale) // 24 * 24), 721, 1440
    with netCDF4.Dataset(path, "w") as ds:
        lat, lon = coordinates(ds, ntime, nlat, nlon)
        for name, units, noise in (("t2m", "K", 0.005), ("d2m", "K", 0.005)):
            v = ds.createVariable(name, "f4", ("time", "latitude", "longitude"), zlib=True, complevel=4, shuffle=True, chunksizes=(24, 91, 180), fill_value=np.float32(9.96921e36))
            v.units, v.long_name = units, f"2 metre {name}"
            for t in range(0, ntime, 24):
                v[t : t + 24] = np.stack([field(rng, lat, lon, t + k, noise) for k in range(24)])


def packed(path, scale):
    rng = np.random.default_rng(SEED + 1)
    ntime, nlat, nlon = max(12, int(48 * scale)), 721, 1440
    with netCDF4.Dataset(path, "w") as ds:
        lat, lon = coordinates(ds, ntime, nlat, nlon)
        v = ds.createVariable("sst", "i2", ("time", "latitude", "longitude"), zlib=True, complevel=4, shuffle=True, chunksizes=(1, 721, 1440), fill_value=np.int16(-32767))
        v.scale_factor, v.add_offset, v.units, v.standard_name = 0.01, 273.15, "K", "sea_surface_temperature"
        v.set_auto_maskandscale(False)
        land = rng.random((nlat, nlon)) < 0.1
        for t in range(ntime):
            codes = np.round((field(rng, lat, lon, t, 0.3) - 273.15) / 0.01).astype("i2")
            codes[land] = -32767
            v[t] = codes


def classic(path, scale):
    rng = np.random.default_rng(SEED + 2)
    ntime, nlat, nlon = max(12, int(96 * scale)), 721, 1440
    with netCDF4.Dataset(path, "w", format="NETCDF3_64BIT_OFFSET") as ds:
        lat, lon = coordinates(ds, ntime, nlat, nlon, unlimited=True)
        v = ds.createVariable("t2m", "f4", ("time", "latitude", "longitude"))
        v.units = "K"
        for t in range(ntime):
            v[t] = np.round(field(rng, lat, lon, t, 0.2), 2)


if __name__ == "__main__":
    folder, scale = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    os.makedirs(folder, exist_ok=True)
    for make in (era5like, packed, classic):
        path = os.path.join(folder, f"{make.__name__}-{scale:g}.nc")
        if not os.path.exists(path):
            make(path + ".part", scale)
            os.rename(path + ".part", path)
        print(path, os.path.getsize(path))
