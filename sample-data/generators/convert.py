"""Odd but legal files, by netCDF4-python and h5py, and the tables that they become: ../convert-*/expected.json.

What is expected follows from the values as written, by numpy and cftime: mask, then scale; dates by the calendar's own rules.
"""

import json
import pathlib
import shutil

import cftime
import h5py
import netCDF4
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent.parent
TYPES = {"f4": "Float32", "f8": "Float64", "bool": "Bool"} | {
    f"{k}{n}": f"{'Int' if k == 'i' else 'Uint'}{8 * n}" for k in "iu" for n in (1, 2, 4, 8)
}


def case(name, tables, **request):
    """`tables`: name -> {column: {type, values, metadata}}, in the order of the output."""
    expected = {"request": request, "tables": [{"name": n, "columns": c} for n, c in tables.items()]}
    (HERE / f"convert-{name}" / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n")


def folder(name):
    path = HERE / f"convert-{name}"
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    return path


def create(path, **dimensions):
    nc = netCDF4.Dataset(path, "w")
    for name, size in dimensions.items():
        nc.createDimension(name, size)
    return nc


def put(nc, name, kind, dims, values, fill=None, **attributes):
    variable = nc.createVariable(name, kind, dims, fill_value=fill)
    variable.set_auto_maskandscale(False)
    variable.setncatts(attributes)
    variable[:] = values if kind is str else np.asarray(values, kind)
    return variable


def numbers(values, kind, mask=None, **metadata):
    flat = np.asarray(values, kind).ravel()
    mask = np.zeros(flat.shape, bool) if mask is None else np.asarray(mask).ravel()
    wide = np.dtype(kind).itemsize == 8 and np.dtype(kind).kind in "iu"
    shown = [None if m or x != x else str(x) if wide else x.item() for x, m in zip(flat, mask)]
    return {"type": TYPES[kind], "values": shown, "metadata": metadata}


def texts(values, **metadata):
    return {"type": "Utf8", "values": list(values), "metadata": metadata}


def stamps(values):
    epoch = cftime.datetime(1970, 1, 1, calendar="standard")
    return {
        "type": "Timestamp<MICROSECOND>",
        "values": [str((v - epoch) // np.timedelta64(1, "us").item()) for v in values],
        "metadata": {},
    }


def letters(rows, width):
    return np.array([list(row.ljust(width, b"\0")) for row in rows], "u1").view("S1")


def text():
    """Letters joined over a coordinate and over data; one letter a cell; a row that is padded on the left."""
    rows = [b"ab  ", b"\0\0cd", b"\xe9t\xe9", b"e\0fg", b"tab\t", b""]
    said = ["ab", "cd", "été", "e", "tab\t", ""]
    nc = create(folder("text") / "text.nc", station=6, length=4)
    put(nc, "station", "S1", ("station", "length"), letters(rows, 4))
    put(nc, "label", "S1", ("station", "length"), letters(rows, 4))
    put(nc, "flag", "S1", ("station",), letters([b"1", b"2", b"", b"4", b"\xe9", b"z"], 1).ravel())
    put(nc, "word", str, ("station",), np.array(["", "a\nb", "ü€", "日本", "x" * 40, "é "], object))
    nc.close()
    columns = {"station": texts(said), "label": texts(said), "flag": texts(["1", "2", "", "4", "é", "z"])}
    case("text", {"station": columns | {"word": texts(["", "a\nb", "ü€", "日本", "x" * 40, "é "])}})


def packed():
    """Every way to say what is missing, and what a packed number means."""
    raw = np.array([0, 1, -1, 100, -128, 7])
    nc = create(folder("packed") / "packed.nc", x=6)
    columns = {"x": numbers(np.arange(6), "i4")}

    def add(name, kind, out, missing=(), scale=1.0, offset=0.0, view=None, fill=None, **attributes):
        stored = raw.astype(kind)
        put(nc, name, kind, ("x",), stored, fill, **attributes)
        seen = stored.view(view) if view else stored
        values = seen if scale == 1 and offset == 0 else seen.astype("f8") * scale + offset
        columns[name] = numbers(values.astype(out), out, np.isin(seen, missing))

    add("single", "i2", "f4", scale=np.float64(np.float32(0.1)), scale_factor=np.float32(0.1))
    add("mixed", "i2", "f8", scale=0.1, offset=5, scale_factor=0.1, add_offset=np.float32(5))
    add("wide", "i4", "f8", scale=0.5, scale_factor=np.float32(0.5))
    add("unsigned", "i1", "f4", [255], 0.5, view="u1", fill=np.int8(-1), _Unsigned="true", scale_factor=np.float32(0.5))
    add("byte", "i1", "u1", [7], view="u1", _Unsigned="true", missing_value=np.int8(7))
    add("whole", "i2", "i2", [-1, 1, 100], fill=np.int16(-1), missing_value=np.array([1, 100], "i2"))
    add("falling", "i2", "f8", [-1], -0.5, 1.0, scale_factor=-0.5, add_offset=1.0, missing_value=np.float32(-1))
    add("double_missing", "f4", "f4", [100], missing_value=np.float64(100))
    add("no_such_value", "i2", "i2", missing_value=7.5)
    add("text_scale", "i2", "i2", scale_factor="c")
    add("valid", "f4", "f4", valid_min=np.float32(0), valid_max=np.float32(50))
    columns["valid"]["metadata"] |= {"valid_min": "0", "valid_max": "50"}
    big = np.array([0, 2**63, 2**64 - 1, 5, 2**53 + 1, 1], "u8")
    put(nc, "big", "u8", ("x",), big)
    nc.close()
    case("packed", {"x": columns | {"big": numbers(big, "u8")}})


def times():
    """Times of several calendars as coordinates and as data; what has no timestamp has year, month and day."""
    path = folder("times")
    tables = {}
    for name, units, calendar, values, missing in (
        ("real", "hours since 2000-01-01 00:00:00 +05:30", "standard", [0, 1.5, -36524.25], None),
        ("noleap", "days since 2000-02-27 12:00", "noleap", [0, 1e20, 3], 1e20),
        ("d360", "days since 2000-01-01", "360_day", [59, 60, 61], None),
        ("early", "days since 1582-10-03", "standard", [0, 1, 2], None),
        ("months", "months since 2000-01-01", "standard", [0, 1, 2], None),
    ):
        nc = create(path / f"{name}.nc", **{name: None}, bnds=2)
        put(nc, name, "f8", (name,), values, missing, units=units, calendar=calendar, bounds="edges")
        put(nc, "edges", "f8", (name, "bnds"), np.zeros((3, 2)))
        put(nc, f"{name}_data", "f4", (name,), [1, 2, 3])
        nc.close()
        mask = np.asarray(values) == missing
        if name == "real":
            columns = {name: stamps(cftime.num2date(values, units, calendar))}
        else:
            columns = {name: numbers(values, "f8", mask, units=units, calendar=calendar)}
        columns[name]["metadata"] |= {"bounds": "edges"}
        if name in ("noleap", "d360", "early"):
            dates = cftime.num2date(np.where(mask, 0, values), units, calendar)
            for part, kind in (("year", "i4"), ("month", "i1"), ("day", "i1")):
                columns[part] = numbers([getattr(date, part) for date in dates], kind, mask)
        tables[name] = columns | {f"{name}_data": numbers([1, 2, 3], "f4")}
    case("times", {name: tables[name] for name in sorted(tables)})


def names():
    """The same dimension twice, a variable called year, names in other scripts, and names that differ in case only."""
    nc = create(folder("names") / "names.nc", time=2, **{"time of day": 2})
    put(nc, "time", "f4", ("time",), [1, 400], units="days since 2000-01-01", calendar="noleap")
    put(nc, "year", "i4", ("time",), [5, 6])
    put(nc, "covariance", "f8", ("time of day", "time of day"), [[1, 2], [3, 4]])
    put(nc, "time of day", "f4", ("time of day",), [7, 8])
    for i, name in enumerate(("Größe", "T", "t", "a.b-c+d@e", "日本")):
        put(nc, name, "f4", ("time of day",), [i, i + 1])
    nc.close()
    first = {
        "time": numbers([1, 400], "f4", units="days since 2000-01-01", calendar="noleap"),
        "time_year": numbers([2000, 2001], "i4"),
        "month": numbers([1, 2], "i1"),
        "day": numbers([2, 5], "i1"),
        "year": numbers([5, 6], "i4"),
    }
    twice = {
        "time of day": numbers([7, 7, 8, 8], "f4"),
        "time of day_2": numbers([7, 8, 7, 8], "f4"),
        "covariance": numbers([1, 2, 3, 4], "f8"),
    }
    last = {"time of day": numbers([7, 8], "f4")}
    last |= {name: numbers([i, i + 1], "f4") for i, name in enumerate(("Größe", "T", "t", "a.b-c+d@e", "日本"))}
    case("names", {"time": first, "time of day_time of day": twice, "time of day": last})


def orders():
    """Two variables of one table with their dimensions in another order and other chunks."""
    sizes = {"a": 2, "b": 3, "c": 2, "d": 4, "e": 3}
    nc = create(folder("orders") / "orders.nc", **sizes)
    v = np.arange(144, dtype="f4").reshape(2, 3, 2, 4, 3)
    nc.createVariable("v", "f4", tuple("abcde"), chunksizes=(1, 2, 2, 3, 2))[:] = v
    w = np.arange(144, dtype="i4").reshape(3, 4, 2, 3, 2) * 3
    nc.createVariable("w", "i4", tuple("edcba"), chunksizes=(2, 2, 1, 3, 1))[:] = w
    nc.close()
    where = np.indices(v.shape)
    columns = {name: numbers(where[i], "i4") for i, name in enumerate(sizes)}
    columns |= {"v": numbers(v, "f4"), "w": numbers(w.transpose(), "i4")}
    case("orders", {"a_b_c_d_e": columns}, order="array")


def links():
    """A dataset that two names reach: the other name counts where it is asked for."""
    with h5py.File(folder("links") / "links.h5", "w") as h5:
        h5["value"] = np.array([1, 2, 3], "f4")
        h5["zenith"] = h5["value"]
    case("links", {"phony_dim_0": {"phony_dim_0": numbers([0, 1, 2], "i4"), "zenith": numbers([1, 2, 3], "f4")}}, vars=["zenith"])


def attributes():
    """Texts without a letter: as an attribute of the file, which stands in the footer, and as units."""
    nc = create(folder("attributes") / "attributes.nc", x=1)
    nc.setncattr("empty", "")
    nc.setncattr_string("list", ["a", "b"])
    nc.setncattr("pandas", "mine")
    put(nc, "v", "f4", ("x",), [1], units="", long_name="ü")
    nc.close()
    with h5py.File(HERE / "convert-attributes" / "attributes.nc", "r+") as h5:
        h5.attrs["null"] = h5py.Empty("S1")
    with netCDF4.Dataset(HERE / "convert-attributes" / "attributes.nc") as nc:
        footer = {"empty": nc.getncattr("empty"), "null": nc.getncattr("null"), "list": json.dumps(nc.getncattr("list"), separators=(",", ":"))}
    case("attributes", {"x": {"x": numbers([0], "i4"), "v": numbers([1], "f4", units="", long_name="ü")}})
    path = HERE / "convert-attributes" / "expected.json"
    expected = json.loads(path.read_text()) | {"footer": footer}
    path.write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n")


def nothing():
    """No records, no cells: tables with their schema, without rows."""
    nc = create(folder("nothing") / "nothing.nc", time=None, x=2)
    put(nc, "time", "f8", ("time",), [], units="days since 2000-01-01")
    put(nc, "v", "i2", ("time", "x"), np.zeros((0, 2)), fill=np.int16(-1), scale_factor=np.float32(0.5))
    put(nc, "w", str, ("x",), np.array(["a", ""], object))
    nc.close()
    none = {"time": {"type": "Timestamp<MICROSECOND>", "values": [], "metadata": {}}, "x": numbers([], "i4"), "v": numbers([], "f4")}
    case("nothing", {"time_x": none, "x": {"x": numbers([0, 1], "i4"), "w": texts(["a", ""])}})


def files():
    """Files with a scale, a fill, a type and a reference date of their own, and one that lacks a variable."""
    path = folder("files")
    rows = []
    kinds = (("days since 2000-01-01", 0.1, -1), ("hours since 2000-01-03", 2.0, 5), ("days since 2000-01-02", -1.0, 7))
    for i, (units, scale, fill) in enumerate(kinds):
        nc = create(path / f"{'cab'[i]}.nc", time=None)
        steps = [0, 24] if i == 1 else [i * 2, i * 2 + 1]
        put(nc, "time", ("f8", "i4", "f4")[i], ("time",), steps, units=units)
        put(nc, "v", "i2", ("time",), [5, 7], fill=np.int16(fill), scale_factor=scale)
        counts = ([0, 3], [None, None], [2, 40002])[i]
        if i != 1:
            put(nc, "w", ("i2", "u2")[i // 2], ("time",), counts)
        nc.close()
        for date, v, w in zip(cftime.num2date(steps, units), (5, 7), counts):
            rows.append((date, None if v == fill else v * scale, w))
    rows.sort(key=lambda row: row[0])
    w = [row[2] for row in rows]
    columns = {
        "time": stamps([row[0] for row in rows]),
        "v": numbers([row[1] or 0 for row in rows], "f8", [row[1] is None for row in rows]),
        "w": numbers([x or 0 for x in w], "i4", [x is None for x in w]),
    }
    case("files", {"time": columns})


for write in (text, packed, times, names, orders, links, attributes, nothing, files):
    write()
