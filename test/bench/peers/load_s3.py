"""Files as Parquet in S3, as an expert writes it: netCDF4, pyarrow with dictionaries for coordinates and zstd, s3fs, 2 processes.

BUCKET makes the bucket; BUCKET PREFIX FILE... loads."""
import os
import sys
from concurrent.futures import ProcessPoolExecutor

import s3fs


def filesystem():
    return s3fs.S3FileSystem(
        endpoint_url=os.environ["AWS_ENDPOINT_URL_S3"],
        key=os.environ["AWS_ACCESS_KEY_ID"],
        secret=os.environ["AWS_SECRET_ACCESS_KEY"],
    )


def load(job):
    import netCDF4
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    path, target = job
    fs = filesystem()
    with netCDF4.Dataset(path) as source, fs.open(target, "wb", block_size=8 << 20) as out:
        lat, lon = source["lat"][:].filled(), source["lon"][:].filled()
        times = source["time"]
        schema = pa.schema([("time", pa.timestamp("us")), ("lat", pa.float64()), ("lon", pa.float64()), ("t2m", pa.float32())])
        writer = pq.ParquetWriter(
            out, schema, compression="zstd", compression_level=1, use_dictionary=["time", "lat", "lon"]
        )
        n = len(lat) * len(lon)
        base = np.datetime64("2000-01-01", "us")
        for start in range(0, len(times), 4):
            values = source["t2m"][start : start + 4].filled()
            k = values.shape[0]
            stamps = base + (np.asarray(times[start : start + 4]) * 3_600_000_000).astype("timedelta64[us]")
            columns = [
                pa.array(np.repeat(stamps, n)),
                pa.array(np.tile(np.repeat(lat, len(lon)), k)),
                pa.array(np.tile(lon, k * len(lat))),
                pa.array(values.reshape(-1)),
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
        writer.close()


if __name__ == "__main__":
    bucket, *rest = sys.argv[1:]
    if not rest:
        filesystem().mkdir(bucket)
        sys.exit()
    prefix, *files = rest
    jobs = [(path, f"{bucket}/{prefix}/{os.path.basename(path)}.parquet") for path in files]
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(load, jobs))
