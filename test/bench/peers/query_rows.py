"""query_rows.py polars|duckdb decode|aggregate FILE: prints rows and a number that proves them."""
import sys

engine, work, path = sys.argv[1:]
WHERE = "lat BETWEEN 40 AND 50 AND t2m > 273.15"
if engine == "polars":
    import polars as pl
    if work == "decode":
        frame = pl.read_parquet(path)
        print(frame.height, round(float(frame["t2m"].cast(pl.Float64).sum())))
    else:
        found = (pl.scan_parquet(path).filter(pl.col("lat").is_between(40, 50) & (pl.col("t2m") > pl.lit(273.15, pl.Float32)))
                 .select(pl.len(), pl.col("t2m").cast(pl.Float64).mean(), pl.col("flux").max()).collect().row(0))
        print(found[0], f"{found[1]:.6f}", f"{found[2]:.9f}")
else:
    import duckdb
    if work == "decode":
        table = duckdb.sql(f"SELECT * FROM '{path}'").arrow().read_all()
        import pyarrow.compute as pc
        print(table.num_rows, round(pc.sum(table["t2m"].cast("double")).as_py()))
    else:
        count, mean, most = duckdb.sql(f"SELECT count(*), avg(t2m), max(flux) FROM '{path}' WHERE {WHERE}").fetchall()[0]
        print(count, f"{mean:.6f}", f"{most:.9f}")
