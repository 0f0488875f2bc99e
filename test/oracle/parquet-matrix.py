"""Reads the files that a JSON on the standard input names, with pyarrow, DuckDB and Polars, and says where they differ from it.

The input: {"expected": {rows: {column: values}}, "files": [{"path", "rows"}], "unknown": {reader: [columns it does not know]},
"types": {column: its type in pyarrow}}; the output, a line per difference.
"""

import decimal
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
    if isinstance(value, decimal.Decimal):
        sign, digits, _ = value.as_tuple()
        number = int("".join(map(str, digits)))
        return str(-number if sign else number)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (list, tuple)):
        return [canonical(item) for item in value]
    return str(value)


def plain(kind):
    """Types that Arrow's arrays go through until they are integers; none where Python's values will do."""
    if pa.types.is_timestamp(kind):
        return [pa.timestamp("ns", kind.tz), pa.timestamp("ns"), pa.int64()]
    if pa.types.is_time(kind):
        return [pa.time64("ns"), pa.int64()]
    if pa.types.is_date(kind):
        return [pa.date32(), pa.int32()]
    if pa.types.is_float16(kind):
        return [pa.float32()]
    return []


def column_of(array):
    kind = array.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        for step in plain(kind.value_type):
            array = array.cast(pa.list_(step))
    else:
        for step in plain(kind):
            array = array.cast(step)
    return [canonical(value) for value in array.to_pylist()]


def with_pyarrow(path, names):
    return pq.ParquetFile(path).read()


def with_duckdb(path, names):
    import duckdb

    columns = ", ".join(f'"{name}"' for name in names)
    query = duckdb.connect().execute(f"select {columns} from read_parquet(?)", [path])
    found = query.to_arrow_table() if hasattr(query, "to_arrow_table") else query.fetch_arrow_table()
    return found


def with_polars(path, names):
    import polars

    return polars.read_parquet(path, columns=names).to_arrow()


def kept(values):
    """Without nulls and NaN, as pyarrow orders them; halves as the bits that their bounds are."""
    return [value for value in values if value is not None and value == value]


def wrong_bounds(path):
    """Flat columns of row groups whose minimum, maximum or number of nulls are not those of the values."""
    file = pq.ParquetFile(path)
    for at in range(file.num_row_groups):
        group = file.metadata.row_group(at)
        table = file.read_row_group(at)
        for i in range(group.num_columns):
            chunk = group.column(i)
            if "." in chunk.path_in_schema:
                continue
            values = table.column(chunk.path_in_schema).to_pylist()
            found = chunk.statistics
            own = kept(values)
            if found.null_count != sum(value is None for value in values):
                yield f"{chunk.path_in_schema} of row group {at}: {found.null_count} nulls"
            if not own:
                if found.has_min_max:
                    yield f"{chunk.path_in_schema} of row group {at}: bounds of nothing"
                continue
            if not found.has_min_max:
                yield f"{chunk.path_in_schema} of row group {at}: no bounds"
                continue
            bounds = [struct.unpack("<e", b)[0] if isinstance(b, bytes) and chunk.path_in_schema.startswith("float16") else b for b in (found.min, found.max)]
            if bounds != [min(own), max(own)]:
                yield f"{chunk.path_in_schema} of row group {at}: {bounds}, not {min(own)!r} and {max(own)!r}"


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
        for difference in wrong_bounds(file["path"]) if file["rows"] > 20 else []:
            print(f"differs bounds {file['path']} {difference}")
        expected = request["expected"][str(file["rows"])]
        for read in readers:
            names = [name for name in expected if name not in request["unknown"].get(read.__name__, [])]
            try:
                table = read(file["path"], names)
            except Exception as error:
                print(f"differs {read.__name__} {file['path']}: {error}")
                continue
            for name, kind in request["types"].items():
                if read is with_pyarrow and str(table.schema.field(name).type) != kind:
                    print(f"differs with_pyarrow {file['path']} {name} is {table.schema.field(name).type}, not {kind}")
            for name in names:
                values = expected[name]
                found = column_of(table.column(name))
                if found != values:
                    row = next((i for i, (a, b) in enumerate(zip(found, values)) if a != b), -1)
                    print(f"differs {read.__name__} {file['path']} {name} row {row}: {found[row]!r}, not {values[row]!r}")
    print("done", " ".join(read.__name__ for read in readers))


main()
