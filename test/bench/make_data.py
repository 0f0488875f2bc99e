"""Seeded data for the benchmarks: era5like, packed and classic netCDF. Usage: make_data.py DIR [SCALE]

era5like: 2 x float32 (time, latitude, longitude) in chunks (24, 91, 180), shuffle + deflate 4, smooth fields with noise.
packed:   int16 with scale, offset, fill and 10 % masked, shuffle + deflate 4.
classic:  CDF-2, one float32 record variable.
zstd:     as era5like, shuffle + zstd 4.
blosc:    as era5like, a Zarr v2 store, blosc (lz4, shuffle).
table:    a FITS table of 2,000,000 rows and 8 columns.
small:    2,000 netCDF-4 files of a few values each.
Beside era5like and packed lie ….chunks.json: offset, stored and decoded length of every chunk, as h5py has them.
SCALE 1 is the size that docs quote (0.8 GB decoded in era5like); smaller scales shorten the time dimension.
"""
import json
import os
import shutil
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
    grid(path, scale, dict(zlib=True, complevel=4, shuffle=True))


def zstd(path, scale):
    grid(path, scale, dict(compression="zstd", complevel=4, shuffle=True))


def grid(path, scale, coding):
    rng = np.random.default_rng(SEED)
    ntime, nlat, nlon = max(24, int(96 * scale) // 24 * 24), 721, 1440
    with netCDF4.Dataset(path, "w") as ds:
        lat, lon = coordinates(ds, ntime, nlat, nlon)
        for name, units, noise in (("t2m", "K", 0.005), ("d2m", "K", 0.005)):
            v = ds.createVariable(name, "f4", ("time", "latitude", "longitude"), chunksizes=(24, 91, 180), fill_value=np.float32(9.96921e36), **coding)
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


def chunks_of(path):
    """What the chunks' bytes are, for inflating them alone."""
    import h5py

    rows = []
    with h5py.File(path) as f:
        for v in f.values():
            if v.ndim == 3:
                size = int(np.prod(v.chunks)) * v.dtype.itemsize
                for i in range(v.id.get_num_chunks()):
                    chunk = v.id.get_chunk_info(i)
                    rows.append((chunk.byte_offset, chunk.size, size))
    with open(path + ".chunks.json", "w") as out:
        json.dump(rows, out)


def blosc(path, scale):
    """The values of era5like."""
    import numcodecs
    import zarr

    source = path.removesuffix(".part").replace("blosc-", "era5like-").removesuffix(".zarr") + ".nc"
    root = zarr.open_group(path, mode="w", zarr_format=2)
    with netCDF4.Dataset(source) as ds:
        ds.set_auto_maskandscale(False)
        for name in ("t2m", "d2m"):
            v = ds[name]
            a = root.create_array(name, shape=v.shape, chunks=(24, 91, 180), dtype="<f4", compressors=numcodecs.Blosc("lz4", 5, 1), filters=None)
            a.attrs["_ARRAY_DIMENSIONS"] = list(v.dimensions)
            for t in range(0, v.shape[0], 24):
                a[t : t + 24] = v[t : t + 24]
    zarr.consolidate_metadata(path, zarr_format=2)


def table(path, scale):
    from astropy.io import fits

    rng = np.random.default_rng(SEED + 3)
    n = int(2_000_000 * scale)
    columns = [fits.Column("id", "K", array=np.arange(n)), fits.Column("ra", "D", array=rng.uniform(0, 360, n)), fits.Column("dec", "D", array=rng.uniform(-90, 90, n))]
    columns += [fits.Column(f"mag_{b}", "E", array=rng.normal(20, 2, n).astype("f4")) for b in "ugr"]
    columns += [fits.Column("flag", "I", array=rng.integers(0, 100, n)), fits.Column("count", "J", array=rng.integers(0, 10**6, n))]
    fits.BinTableHDU.from_columns(columns).writeto(path)


def small(path, scale):
    os.makedirs(path)
    for i in range(int(2000 * scale)):
        with netCDF4.Dataset(os.path.join(path, f"f{i:04d}.nc"), "w") as ds:
            ds.createDimension("time", 1)
            ds.createDimension("lat", 10)
            ds.createDimension("lon", 20)
            for name, dims, units in (("time", ("time",), "days since 2000-01-01"), ("lat", ("lat",), "degrees_north"), ("lon", ("lon",), "degrees_east")):
                v = ds.createVariable(name, "f8", dims)
                v.units = units
                v[:] = i if name == "time" else np.linspace(0, 10, len(v))
            v = ds.createVariable("t2m", "f4", ("time", "lat", "lon"), zlib=True)
            v.units, v.long_name = "K", "temperature"
            v[:] = np.arange(200, dtype="f4").reshape(1, 10, 20) + i
            ds.Conventions, ds.title = "CF-1.8", f"file {i}"


MAKERS = {"era5like": ".nc", "packed": ".nc", "classic": ".nc", "zstd": ".nc", "blosc": ".zarr", "table": ".fits", "small": ""}

if __name__ == "__main__":
    folder, scale = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    os.makedirs(folder, exist_ok=True)
    for name, extension in MAKERS.items():
        path = os.path.join(folder, f"{name}-{scale:g}{extension}")
        if not os.path.exists(path):
            shutil.rmtree(path + ".part", ignore_errors=True)
            globals()[name](path + ".part", scale)
            os.rename(path + ".part", path)
        if name in ("era5like", "packed") and not os.path.exists(path + ".chunks.json"):
            chunks_of(path)
        print(name, path)
