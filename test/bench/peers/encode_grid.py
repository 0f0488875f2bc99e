"""Encodes the grid of encode-grid.mjs, from tables in memory to a file on the disk; or proves what was written.

Usage: encode_grid.py pyarrow|polars|duckdb FILE OUT TIMES LATITUDES LONGITUDES LEVEL: prints seconds and processor seconds
       encode_grid.py prove OUT: prints rows, distinct coordinates, and sums of all columns, by DuckDB
"""
import os
import resource
import shutil
import sys
import time

import numpy as np

how, path = sys.argv[1:3]


def prove():
    import duckdb

    query = """select count(*), count(distinct time), count(distinct latitude), count(distinct longitude),
        sum(epoch_us(time)::hugeint), sum(latitude::double), sum(longitude::double), sum(value::double) from read_parquet(?)"""
    rows = duckdb.connect().execute(query, [path + "/*.parquet"]).fetchone()
    print(" ".join(str(v) if isinstance(v, int) else f"{v:.6e}" for v in rows))


def encode():
    out = sys.argv[3]
    times, lats, lons, level = map(int, sys.argv[4:8])
    values = np.fromfile(path, "f4")
    axis = np.arange(times, dtype="i8") * 3_600_000_000
    lat, lon = (90 - np.arange(lats) / 8).astype("f4"), (np.arange(lons) / 8).astype("f4")
    codes = np.repeat(np.arange(times), lats * lons), np.tile(np.repeat(np.arange(lats), lons), times), np.tile(np.arange(lons), times * lats)
    shutil.rmtree(out, ignore_errors=True)
    os.mkdir(out)
    target = os.path.join(out, "part.parquet")
    coordinates = ["time", "latitude", "longitude"]
    if how == "pyarrow":
        import pyarrow as pa
        import pyarrow.parquet as pq

        axes = pa.array(axis.view("M8[us]")), pa.array(lat), pa.array(lon)
        columns = {n: pa.DictionaryArray.from_arrays(pa.array(c.astype("i4")), a) for n, c, a in zip(coordinates, codes, axes)}
        table = pa.table({**columns, "value": values})
        write = lambda: pq.write_table(table, target, compression="zstd", compression_level=level, use_dictionary=coordinates, use_byte_stream_split=["value"])
    else:
        columns = {n: a[c] for n, c, a in zip(coordinates, codes, (axis.view("M8[us]"), lat, lon))}
        if how == "polars":
            import polars

            frame = polars.DataFrame({**columns, "value": values})
            write = lambda: frame.write_parquet(target, compression="zstd", compression_level=level)
        else:
            import duckdb
            import pyarrow as pa

            loaded = pa.table({**columns, "value": values})
            connection = duckdb.connect()
            connection.execute("create table grid as select * from loaded")
            del loaded
            write = lambda: connection.execute(
                f"copy grid to '{target}' (format parquet, compression zstd, compression_level {level}, parquet_version v2)"
            )
    del codes
    used = lambda: sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    started, before = time.perf_counter(), used()
    write()
    with open(target, "rb") as file:
        os.fsync(file.fileno())
    print(time.perf_counter() - started, used() - before)


prove() if how == "prove" else encode()
