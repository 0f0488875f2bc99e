"""make_query.py OUT ROWS: one Parquet file as pyarrow writes it, with page index, for query.ts. Prints its bytes. Seeded."""
import os, sys
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

out, rows = sys.argv[1], int(sys.argv[2])
if not os.path.exists(out):
    rng = np.random.default_rng(37)
    lats, lons = 180, 360
    steps = -(-rows // (lats * lons))
    time = np.repeat(np.arange(steps) * 86_400_000_000, lats * lons)
    lat = np.tile(np.repeat(np.linspace(-89.5, 89.5, lats).astype("f4"), lons), steps)
    lon = np.tile(np.linspace(0.5, 359.5, lons).astype("f4"), steps * lats)
    t2m = (280 + 20 * np.cos(np.deg2rad(lat)) + rng.normal(size=len(lat)) * 5).astype("f4")
    flux = np.abs(rng.normal(size=len(lat)))
    table = pa.table({"time": pa.array(time).cast(pa.timestamp("us")), "lat": lat, "lon": lon, "t2m": t2m, "flux": flux})
    pq.write_table(table, out, compression="zstd", row_group_size=500_000, write_page_index=True, use_dictionary=["time", "lat", "lon"],
                   column_encoding={"t2m": "BYTE_STREAM_SPLIT", "flux": "BYTE_STREAM_SPLIT"})
print(os.path.getsize(out))
