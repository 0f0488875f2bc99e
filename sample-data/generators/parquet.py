"""Writes ../parquet: small Parquet files by the writers of others, and ../parquet/expected.json with what their makers read.

One table of every type, with and without nulls, in every codec, page version and encoding that the writers offer. Values in the
JSON: 64-bit integers as text after #, bytes in hexadecimal after x, dates and times as ISO 8601, decimals as text, NaN, infinities
and -0 as text, a map as pairs. Run: python parquet.py
"""
import datetime, decimal, json, math, os, shutil
import duckdb
import numpy as np
import polars
import pyarrow as pa
import pyarrow.parquet as pq

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "parquet")
ROWS = 30


def table():
    rng = np.random.default_rng(37)
    n = ROWS
    some = lambda values: pa.array(values, mask=rng.random(n) < 0.2)
    whole = lambda low, high, kind: some(rng.integers(low, high, n).astype(kind))
    words = np.array(["", "a", "été", "x" * 60, "日本語", "lat", "lon", "t2m"])
    dec = lambda unit, scale: [None if i % 6 == 0 else decimal.Decimal((i - 9) * unit).scaleb(-scale) for i in range(n)]
    floats = np.array([0.0, -0.0, np.nan, np.inf, -np.inf, 1.5, 1e-45, 3.4e38] * n)[:n]
    return pa.table({
        "i8": whole(-128, 127, "i1"), "u8": whole(0, 255, "u1"), "i16": whole(-30000, 30000, "i2"), "u16": whole(0, 65535, "u2"),
        "i32": whole(-2**31, 2**31 - 1, "i4"), "u32": some(rng.integers(0, 2**32 - 1, n).astype("u4")),
        "i64": whole(-2**63, 2**63 - 1, "i8"), "u64": some(rng.integers(0, 2**64 - 1, n, dtype="u8")),
        "count": pa.array(np.arange(n)), "f32": pa.array(floats.astype("f4")), "f64": some(rng.normal(size=n)),
        "quarters": some(rng.integers(0, 5, n) / 4), "f16": some(rng.normal(size=n).astype("f2")),
        "flag": some(rng.random(n) < 0.5), "sure": pa.array(rng.random(n) < 0.5),
        "word": some(words[rng.integers(0, len(words), n)]), "name": pa.array([f"key-{i:05d}-{'y' * (i % 7)}" for i in range(n)]),
        "bytes": pa.array([None if i % 5 == 0 else bytes([i % 256]) * (i % 9) for i in range(n)], pa.binary()),
        "three": pa.array([None if i % 7 == 0 else bytes([i % 256, 1, 2]) for i in range(n)], pa.binary(3)),
        "us": some(rng.integers(-2**50, 2**50, n)).cast(pa.timestamp("us")),
        "ms": some(rng.integers(-2**40, 2**40, n)).cast(pa.timestamp("ms", tz="UTC")),
        "ns": some(rng.integers(-2**60, 2**60, n)).cast(pa.timestamp("ns")),
        "day": some(rng.integers(-10000, 30000, n).astype("i4")).cast(pa.date32()),
        "clock": some(rng.integers(0, 86400000000, n)).cast(pa.time64("us")),
        "dec9": pa.array(dec(37, 2), pa.decimal128(9, 2)), "dec18": pa.array(dec(10**12, 4), pa.decimal128(18, 4)),
        "dec38": pa.array(dec(10**30, 10), pa.decimal128(38, 10)), "dec50": pa.array(dec(10**40, 10), pa.decimal256(50, 10)),
        "list": pa.array([None if i % 11 == 0 else [] if i % 5 == 0 else [None if (i + k) % 4 == 0 else i * k for k in range(i % 6)] for i in range(n)], pa.list_(pa.int32())),
        "words": pa.array([None if i % 11 == 0 else [None if (i + k) % 4 == 0 else f"w{(i * k) % 9}" for k in range(i % 4)] for i in range(n)], pa.list_(pa.string())),
        "lists": pa.array([None if i % 13 == 0 else [None if (i + k) % 5 == 0 else [k] * ((i + k) % 3) for k in range(i % 3)] for i in range(n)], pa.list_(pa.list_(pa.int64()))),
        "group": pa.array([None if i % 9 == 0 else {"a": None if i % 4 == 0 else i, "b": f"v{i % 3}", "c": {"d": i / 2 if i % 3 else None}} for i in range(n)],
                          pa.struct([("a", pa.int32()), ("b", pa.string()), ("c", pa.struct([("d", pa.float64())]))])),
        "groups": pa.array([None if i % 8 == 0 else [{"x": None if (i + k) % 3 == 0 else k, "y": [k] * (k % 3)} for k in range(i % 4)] for i in range(n)],
                           pa.list_(pa.struct([("x", pa.int16()), ("y", pa.list_(pa.int8()))]))),
        "map": pa.array([None if i % 8 == 0 else [(f"k{k}", None if k % 2 else k * i) for k in range(i % 4)] for i in range(n)], pa.map_(pa.string(), pa.int64())),
        "none": pa.nulls(n, pa.float64()), "nothing": pa.nulls(n, pa.string()),
    })


def clock(value, unit):
    per = {"ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    seconds, rest = divmod(value, per)
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return text + ("." + str(rest).zfill(len(str(per)) - 1).rstrip("0") if rest else "")


def moment(value, kind):
    per_day = {"ms": 10**3, "us": 10**6, "ns": 10**9}[kind.unit] * 86400
    days, rest = divmod(value, per_day)
    return f"{day(days)}T{clock(rest, kind.unit)}" + ("Z" if kind.tz else "")


def day(days):
    return (datetime.date(1970, 1, 1) + datetime.timedelta(days=days)).isoformat()


def number(value):
    value = float(value)
    if math.isnan(value): return "NaN"
    if math.isinf(value): return "Infinity" if value > 0 else "-Infinity"
    return "-0" if value == 0 and math.copysign(1, value) < 0 else value


def plain(array):
    kind = array.type
    each = lambda values, say: [None if value is None else say(value) for value in values]
    if pa.types.is_timestamp(kind): return each(array.cast(pa.int64()).to_pylist(), lambda v: moment(v, kind))
    if pa.types.is_time(kind): return each(array.cast(pa.int64()).to_pylist(), lambda v: clock(v, kind.unit))
    if pa.types.is_date(kind): return each(array.cast(pa.int32()).to_pylist(), day)
    if pa.types.is_decimal(kind): return each(array.to_pylist(), lambda v: format(v, "f"))
    if kind in (pa.int64(), pa.uint64()): return each(array.to_pylist(), lambda v: f"#{v}")
    if pa.types.is_floating(kind): return each(array.to_pylist(), number)
    if pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind): return each(array.to_pylist(), lambda v: "x" + v.hex())
    if pa.types.is_map(kind):
        return [[list(pair) for pair in zip(plain(row.values.field(0)), plain(row.values.field(1)))] if row.is_valid else None for row in array]
    if pa.types.is_list(kind): return [plain(row.values) if row.is_valid else None for row in array]
    if pa.types.is_struct(kind):
        fields = [plain(field) for field in array.flatten()]
        return [{kind.field(k).name: fields[k][i] for k in range(kind.num_fields)} if array[i].is_valid else None for i in range(len(array))]
    return array.to_pylist()


def main():
    shutil.rmtree(HERE, ignore_errors=True)
    os.makedirs(HERE)
    whole = table()
    at = lambda name: os.path.join(HERE, f"{name}.parquet")
    write = lambda name, columns=None, **options: pq.write_table(whole.select(columns) if columns else whole, at(name), **options)
    for codec in ("none", "snappy", "gzip", "zstd", "lz4", "brotli"):
        write(f"{codec}-v1", compression=codec, row_group_size=17, write_page_checksum=True)
    write("zstd-v2-indexed", compression="zstd", data_page_version="2.0", row_group_size=25, data_page_size=60, write_batch_size=7,
          write_page_index=True, write_page_checksum=True)
    write("dictionary-given-up", dictionary_pagesize_limit=40, data_page_size=60, write_batch_size=4, write_page_index=True)
    encodings = {"BYTE_STREAM_SPLIT": ("f32", "f64", "f16", "day", "ns", "three", "dec38"), "RLE": ("flag", "sure"),
                 "DELTA_BINARY_PACKED": ("i8", "i32", "u32", "i64", "u64", "count", "us"),
                 "DELTA_BYTE_ARRAY": ("name", "word", "dec50"), "DELTA_LENGTH_BYTE_ARRAY": ("bytes",)}
    by_column = {column: encoding for encoding, columns in encodings.items() for column in columns}
    for version in ("1.0", "2.0"):
        write(f"encodings-v{version[0]}", use_dictionary=False, column_encoding=by_column, data_page_version=version, compression="zstd")
    write("decimals-as-integers", ["dec9", "dec18"], store_decimal_as_integer=True)
    write("int96", ["us"], use_deprecated_int96_timestamps=True)
    write("lists-named-item", ["list", "words", "lists", "groups"], use_compliant_nested_type=False)
    pq.write_table(whole.slice(0, 0), at("no-rows"))
    polars.from_arrow(whole.select([c for c in whole.column_names if c not in ("f16", "map", "dec38", "dec50", "three")])).write_parquet(at("polars"), row_group_size=16)
    connection = duckdb.connect()
    connection.register("whole", whole.select([c for c in whole.column_names if c not in ("f16", "dec50", "three", "ns")]))
    for version in ("V1", "V2"):
        connection.execute(f"copy whole to '{at(f'duckdb-{version.lower()}')}' (format parquet, compression zstd, parquet_version {version})")
    pq.write_to_dataset(whole.select(["count", "f64", "word"]).append_column("year", pa.array([2000 + i // 12 for i in range(ROWS)]))
                        .append_column("place", pa.array(["a b", "c/d", None] * (ROWS // 3))),
                        os.path.join(HERE, "folders"), partition_cols=["year", "place"], basename_template="part-{i}.parquet")
    columns = {name: plain(whole.column(name).chunk(0)) for name in whole.column_names}
    with open(os.path.join(HERE, "expected.json"), "w") as out:
        json.dump(columns, out, ensure_ascii=False, separators=(",", ":"))


main()
