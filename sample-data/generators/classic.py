"""Writes ../netcdf3: one small netCDF classic file per oddity, made by netCDF4-python (netCDF-C), and what it holds as JSON.

Values and attributes of the JSON are read back through netCDF4-python before a file is patched; what netCDF-C does not write
(a streaming record count, padding that is not zero, Latin-1 names, …) is patched in afterwards at a place that is looked for.
Run: python classic.py
"""
import json, os, shutil, struct, tempfile
import netCDF4
import numpy as np

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "netcdf3")
NAMES = {"i1": "int8", "S1": "char", "i2": "int16", "i4": "int32", "f4": "float32", "f8": "float64",
         "u1": "uint8", "u2": "uint16", "u4": "uint32", "i8": "int64", "u8": "uint64"}
VERSIONS = {"NETCDF3_CLASSIC": 1, "NETCDF3_64BIT_OFFSET": 2, "NETCDF3_64BIT_DATA": 5}


def plain(array):
    """Row-major values: int64 as text, text as its bytes, NaN and infinities as text."""
    array = np.asarray(array)
    if array.dtype.kind == "S":
        return list(np.frombuffer(array.astype("S1").tobytes(), "u1").tolist())
    flat = array.ravel().tolist()
    if array.dtype.itemsize == 8 and array.dtype.kind in "iu":
        return [str(v) for v in flat]
    return [{"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(repr(v), v) for v in flat]


def attributes(holder):
    out = {}
    for name in holder.ncattrs():
        value = holder.getncattr(name)
        if isinstance(value, str):
            out[name] = {"dtype": "char", "values": [value]}
        else:
            value = np.asarray(value)
            out[name] = {"dtype": NAMES[value.dtype.str[1:]], "values": plain(value)}
    return out


def contents(path):
    with netCDF4.Dataset(path) as ds:
        ds.set_auto_mask(False); ds.set_auto_scale(False); ds.set_auto_chartostring(False)
        return {
            "format": "netcdf3",
            "version": VERSIONS[ds.data_model],
            "dimensions": {f"/{n}": {"length": len(d), "unlimited": d.isunlimited()} for n, d in ds.dimensions.items()},
            "attributes": attributes(ds),
            "variables": {
                f"/{n}": {
                    "dtype": NAMES[v.dtype.str[1:]], "dims": list(v.dimensions), "shape": list(v.shape),
                    "attributes": attributes(v), "values": plain(v[...]),
                }
                for n, v in ds.variables.items()
            },
        }


def lines(doc, depth=2):
    """JSON with a line for each entry of the outer objects."""
    if not isinstance(doc, dict) or depth == 0 or not doc: return json.dumps(doc, ensure_ascii=False)
    return "{\n" + ",\n".join(f"{json.dumps(k, ensure_ascii=False)}: {lines(v, depth - 1)}" for k, v in doc.items()) + "\n}"


def make(name, model, fill, patch=None, change=None):
    """fill(ds) writes; patch(bytes) gives other bytes; change(expected) adapts what they hold."""
    path = os.path.join(HERE, name + ".nc")
    with netCDF4.Dataset(path, "w", format=model) as ds:
        fill(ds)
    expected = contents(path)
    if patch:
        with open(path, "rb") as f: raw = bytearray(f.read())
        raw = patch(raw)
        with open(path, "wb") as f: f.write(raw)
    if change: change(expected)
    with open(path + ".json", "w") as f:
        f.write(lines(expected) + "\n")


def types(codes):
    def fill(ds):
        ds.createDimension("time", None); ds.createDimension("x", 3); ds.createDimension("y", 2)
        rng = np.random.default_rng(7)
        for code in codes:
            for name, dims, shape in ((f"fixed_{code}", ("y", "x"), (2, 3)), (f"record_{code}", ("time", "x"), (5, 3)), (f"scalar_{code}", (), ())):
                v = ds.createVariable(name, code, dims)
                if code == "S1": data = rng.integers(32, 127, shape, "u1").view("S1") if shape else np.array(b"q", "S1")
                elif code[0] == "f":
                    data = rng.normal(size=shape).astype(code)
                    if shape: data[0, 0], data[0, 1], data[1, 0] = np.nan, np.inf, np.finfo(code).min
                else:
                    info = np.iinfo(code)
                    data = rng.integers(info.min, info.max, shape, code, endpoint=True)
                    if shape: data[0, 0], data[0, 1] = info.min, info.max
                v[...] = data
                if code != "S1": v.setncattr("one", np.array([7], code)[0]); v.setncattr("three", np.array([1, 2, 3], code))
        ds.title = "every type"; ds.setncattr("empty", "")
    return fill


def records(ds):
    """A byte, three shorts and a double per record: 4 + 8 + 8 bytes with padding."""
    ds.createDimension("time", None); ds.createDimension("x", 3)
    ds.createVariable("flag", "i1", ("time",))[:] = np.arange(4, dtype="i1") - 2
    ds.createVariable("wind", "i2", ("time", "x"))[:] = np.arange(12, dtype="i2").reshape(4, 3) * 1000 - 3000
    ds.createVariable("offset", "f4", ("x",))[:] = np.array([0.5, 1.5, 2.5], "f4")
    ds.createVariable("time", "f8", ("time",))[:] = np.arange(4) * 0.25


def narrow(code):
    def fill(ds):
        ds.createDimension("time", None); ds.createDimension("x", 3)
        data = np.arange(15, dtype="i2").reshape(5, 3)
        ds.createVariable("narrow", code, ("time", "x"))[:] = (data + 97).astype("u1").view("S1") if code == "S1" else (data * 7 - 40).astype(code)
        ds.createVariable("x", "i4", ("x",))[:] = [10, 20, 30]
    return fill


def no_records(ds):
    ds.createDimension("time", None); ds.createDimension("x", 3)
    ds.createVariable("t2m", "f4", ("time", "x")).units = "K"
    ds.createVariable("time", "f8", ("time",)).setncattr("levels", np.array([], "i4"))
    ds.createVariable("x", "i2", ("x",))[:] = [1, 2, 3]


def names(ds):
    ds.createDimension("länge", 3)
    v = ds.createVariable("température", "f4", ("länge",)); v[:] = [1, 2, 3]; v.units = "°C"; v.long_name = "气温"
    ds.createVariable("x", "i1", ("länge",))[:] = [1, 2, 3]


def text(ds):
    ds.createDimension("x", 2)
    v = ds.createVariable("tempXrature", "i2", ("x",)); v[:] = [5, 6]; v.note = "abcYY"; v.place = "ZURICH"


def replaced(*pairs):
    def patch(raw):
        for old, new in pairs:
            assert raw.count(old) == 1 and len(old) == len(new), (old, raw.count(old))
            raw = raw.replace(old, new)
        return raw
    return patch


def latin1(expected):
    v = expected["variables"].pop("/tempXrature"); v["attributes"]["place"]["values"] = ["ZÜRICH"]
    expected["variables"]["/température"] = v


def dropped(expected):
    expected["variables"]["/tempXrature"]["attributes"]["note"]["values"] = ["abc"]


def padding(ds):
    ds.createDimension("lat", 3)
    v = ds.createVariable("wind1", "i2", ("lat",)); v[:] = [7, 8, 9]; v.note = "abcde"


def many(ds):
    """A header that goes on behind the first 16 KiB."""
    ds.createDimension("x", 2)
    ds.history = "".join(f"step {i:05};" for i in range(1460))
    for i in range(6): ds.createVariable(f"v{i}", "i2", ("x",)).long_name = f"variable {i}"
    for i in range(6): ds[f"v{i}"][:] = [i, -i]


def beyond(model, name):
    """The header and the last bytes of a file whose second variable begins beyond 4 GiB; between them lies a hole."""
    with tempfile.TemporaryDirectory() as d:
        path = os.path.join(d, "x.nc")
        with netCDF4.Dataset(path, "w", format=model) as ds:
            ds.set_fill_off()
            ds.createDimension("x", 2**31 - 4); ds.createDimension("y", 2); ds.createDimension("z", 3)
            ds.createVariable("a", "i1", ("x",)); ds.createVariable("b", "i1", ("x",)); ds.createVariable("c", "i1", ("x",))
            ds.createVariable("after", "f8", ("z",))[:] = [1.25, -2.5, 1e300]
        size = os.path.getsize(path)
        with open(path, "rb") as f:
            head = f.read(512); f.seek(size - 24); tail = f.read()
    with open(os.path.join(HERE, name + ".json"), "w") as f:
        json.dump({"size": size, "head": head.hex(), "tail": tail.hex(), "after": [1.25, -2.5, 1e300]}, f, indent=1); f.write("\n")


def main():
    os.makedirs(HERE, exist_ok=True)
    six = ["i1", "S1", "i2", "i4", "f4", "f8"]
    make("cdf1-every-type", "NETCDF3_CLASSIC", types(six))
    make("cdf2-every-type", "NETCDF3_64BIT_OFFSET", types(six))
    make("cdf5-every-type", "NETCDF3_64BIT_DATA", types(six + ["u1", "u2", "u4", "i8", "u8"]))
    for model, v in (("NETCDF3_CLASSIC", 1), ("NETCDF3_64BIT_DATA", 5)):
        at, width = 4, 4 if v == 1 else 8
        make(f"cdf{v}-streaming-records", model, records, lambda raw: raw[:at] + b"\xff" * width + raw[at + width:])
        make(f"cdf{v}-no-records", model, no_records)
        make(f"cdf{v}-no-variables", model, lambda ds: ds.setncattr("title", "nothing but a title"))
    make("records-padded", "NETCDF3_CLASSIC", records)
    for code, what in (("i1", "byte"), ("i2", "short"), ("S1", "char")):
        make(f"single-record-variable-{what}", "NETCDF3_CLASSIC", narrow(code))
    make("utf8-names", "NETCDF3_64BIT_OFFSET", names)
    make("latin1-names", "NETCDF3_CLASSIC", text, replaced((b"tempXrature", b"temp\xe9rature"), (b"ZURICH", b"Z\xdcRICH")), latin1)
    make("nul-in-text", "NETCDF3_CLASSIC", text, replaced((b"abcYY", b"abc\0\0")), dropped)
    make("padding-of-names-not-zero", "NETCDF3_CLASSIC", padding, replaced((b"lat\0", b"lat#"), (b"wind1\0\0\0", b"wind1###")))
    make("padding-of-values-not-zero", "NETCDF3_CLASSIC", padding, replaced((b"abcde\0\0\0", b"abcde###")))
    make("last-padding-absent", "NETCDF3_CLASSIC", padding, lambda raw: raw[:-2])
    make("bytes-after-the-end", "NETCDF3_CLASSIC", records, lambda raw: raw + b"CDF\x01trailing bytes that belong to nobody")
    make("header-of-two-blocks", "NETCDF3_CLASSIC", many, lambda raw: raw[:raw.rindex(b"\0\5\xff\xfb") + 4])
    beyond("NETCDF3_64BIT_OFFSET", "cdf2-offset-beyond-4-gib")
    beyond("NETCDF3_64BIT_DATA", "cdf5-offset-beyond-4-gib")


main()
