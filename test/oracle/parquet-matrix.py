"""Reads the files that a JSON on the standard input names, with pyarrow, DuckDB and Polars, and says where they differ from it.

The input: {"expected": {column: values}, "files": [{"path", "rows": {column: rows}}]}; the output, a line per difference.
"""

import json
import struct
import sys

import pyarrow as pa
import pyarrow.parquet as pq


def canonical(value):
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return "nan" if value != value else struct.pack(">d", value).hex()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (list, tuple)):
        return [canonical(item) for item in value]
    return str(value)


def column_of(array):
    kind = array.type
    if pa.types.is_timestamp(kind):
        array = array.cast(pa.timestamp("us")).cast(pa.int64())
    elif pa.types.is_list(kind) or pa.types.is_large_list(kind):
        if pa.types.is_timestamp(kind.value_type):
            array = array.cast(pa.list_(pa.timestamp("us"))).cast(pa.list_(pa.int64()))
    return [canonical(value) for value in array.to_pylist()]


def with_pyarrow(path):
    return pq.ParquetFile(path).read()


def with_duckdb(path):
    import duckdb

    query = duckdb.connect().execute("select * from read_parquet(?)", [path])
    found = query.to_arrow_table() if hasattr(query, "to_arrow_table") else query.fetch_arrow_table()
    return found


def with_polars(path):
    import polars

    return polars.read_parquet(path).to_arrow()


def main():
    request = json.load(sys.stdin)
    readers = [with_pyarrow]
    for name, read in (("duckdb", with_duckdb), ("polars", with_polars)):
        try:
            __import__(name)
            readers.append(read)
        except ImportError:
            print(f"absent {name}")
    for file in request["files"]:
        expected = request["expected"][str(file["rows"])]
        for read in readers:
            try:
                table = read(file["path"])
            except Exception as error:
                print(f"differs {read.__name__} {file['path']}: {error}")
                continue
            for name, values in expected.items():
                found = column_of(table.column(name))
                if found != values:
                    row = next((i for i, (a, b) in enumerate(zip(found, values)) if a != b), -1)
                    print(f"differs {read.__name__} {file['path']} {name} row {row}: {found[row]!r}, not {values[row]!r}")
    print("done", " ".join(read.__name__ for read in readers))


main()
