"""netCDF to Parquet as users write it, and as an expert tunes it. Usage: to_parquet.py xarray|tuned FILE OUT"""
import os
import sys

how, path, out = sys.argv[1:4]


def xarray_to_parquet():
    import xarray as xr

    xr.open_dataset(path).to_dataframe().to_parquet(out, compression="zstd")


def write_slab(job):
    import netCDF4
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    index, start, stop, target = job
    with netCDF4.Dataset(path) as ds:
        names = [n for n, v in ds.variables.items() if v.ndim == 3]
        lat, lon = (ds[n][:].filled() for n in ("latitude", "longitude"))
        time = netCDF4.num2date(ds["time"][start:stop], ds["time"].units, ds["time"].calendar, only_use_cftime_datetimes=False, only_use_python_datetimes=True)
        time = np.array(time, dtype="datetime64[us]")
        n = len(lat) * len(lon)
        columns = {
            "time": np.repeat(time, n),
            "latitude": np.tile(np.repeat(lat, len(lon)), stop - start),
            "longitude": np.tile(lon, len(lat) * (stop - start)),
        }
        packed = False
        for name in names:
            values = ds[name][start:stop]
            packed = packed or "scale_factor" in ds[name].ncattrs()
            flat = np.ma.getdata(values).reshape(-1)
            mask = np.ma.getmaskarray(values).reshape(-1)
            columns[name] = pa.array(flat, mask=mask if mask.any() else None)
        options = {"use_dictionary": True} if packed else {"use_dictionary": ["time", "latitude", "longitude"], "use_byte_stream_split": names}
        pq.write_table(pa.table(columns), os.path.join(target, f"part-{index:05d}.parquet"), compression="zstd", **options)


def tuned():
    import multiprocessing as mp

    import netCDF4

    with netCDF4.Dataset(path) as ds:
        ntime = ds.dimensions["time"].size
    os.makedirs(out, exist_ok=True)
    step = 12
    jobs = [(i, t, min(t + step, ntime), out) for i, t in enumerate(range(0, ntime, step))]
    with mp.Pool(2) as pool:
        pool.map(write_slab, jobs, chunksize=1)


xarray_to_parquet() if how == "xarray" else tuned()
