"""What pyarrow, DuckDB and Polars read of a dataset in Hive's folders: rows, sum of a column, distinct values of each level."""
import glob, json, sys
import duckdb, polars as pl, pyarrow.compute as pc, pyarrow.dataset as ds

root, value, levels = sys.argv[1], sys.argv[2], sys.argv[3].split(",")
table = ds.dataset(root, format="parquet", partitioning="hive", exclude_invalid_files=False).to_table()
arrow = {"rows": table.num_rows, "sum": pc.sum(table[value]).as_py()}
arrow |= {name: sorted(str(v) for v in set(table[name].to_pylist())) for name in levels}
read = f"read_parquet('{root}/**/*.parquet', hive_partitioning = true)"
rows, total = duckdb.sql(f'SELECT count(*), sum("{value}") FROM {read}').fetchall()[0]
duck = {"rows": rows, "sum": total}
duck |= {name: sorted(str(v) for (v,) in duckdb.sql(f'SELECT DISTINCT "{name}" FROM {read}').fetchall()) for name in levels}
frame = pl.scan_parquet(glob.glob(f"{root}/**/*.parquet", recursive=True), hive_partitioning=True).collect()
polar = {"rows": frame.height, "sum": frame[value].sum()}
polar |= {name: sorted(str(v) for v in frame[name].unique().to_list()) for name in levels}
print(json.dumps({"pyarrow": arrow, "duckdb": duck, "polars": polar}))
