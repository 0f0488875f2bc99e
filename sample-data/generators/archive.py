"""Small archives, each with the answer that xarray gives to the same files.

Usage: archive.py OUT (writes OUT/archive-*/). Values are made up, so that every cell of every file is another number: the answer
then tells which file a cell came from. netCDF classic files but where groups or strings are the point. `expected.json` holds, of
the dataset that xarray makes of the files, dimensions, coordinates and data, row-major, missing values as null, times as text.
"""
import json
import pathlib
import sys

import cftime
import netCDF4
import numpy as np
import xarray as xr

OUT = pathlib.Path(sys.argv[1])
TIMES = xr.coders.CFDatetimeCoder(use_cftime=True)


def write(folder, name, dims, variables, attributes=(), format="NETCDF3_CLASSIC"):
    """variables: {name: (type, dims, values, attributes)}"""
    path = OUT / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with netCDF4.Dataset(path, "w", format=format) as d:
        d.setncatts({"Conventions": "CF-1.12", **dict(attributes)})
        for dim, length in dims.items():
            d.createDimension(dim, length)
        for variable, (kind, own, values, more) in variables.items():
            more = dict(more)
            fill = more.pop("_FillValue", None)
            v = d.createVariable(variable, kind, own, fill_value=fill)
            v.set_auto_maskandscale(False)
            v.setncatts(more)
            v[...] = np.asarray(values)
    return str(path)


def plain(value):
    if isinstance(value, (cftime.datetime, np.datetime64)):
        return str(value)[:19].replace(" ", "T")
    if isinstance(value, (bytes, np.bytes_)):
        return value.decode()
    if isinstance(value, str):
        return value
    value = float(value)
    return None if np.isnan(value) else value


def listed(array):
    return [plain(v) for v in np.asarray(array.values).ravel()]


def expect(folder, dataset, **more):
    answer = {
        "sizes": {k: int(v) for k, v in dataset.sizes.items()},
        "coordinates": {str(k): listed(v) for k, v in dataset.coords.items()},
        "data": {str(k): {"dims": list(v.dims), "values": listed(v)} for k, v in dataset.data_vars.items()},
        **more,
    }
    (OUT / folder / "expected.json").write_text(json.dumps(answer, indent=1) + "\n")


def opened(path):
    return xr.open_dataset(path, decode_times=TIMES)


LAT = ("f8", ("lat",), [10.0, 20.0], {"units": "degrees_north", "standard_name": "latitude"})
LON = ("f8", ("lon",), [0.0, 5.0, 10.0], {"units": "degrees_east", "standard_name": "longitude"})


def cells(start, *shape):
    return start + np.arange(np.prod(shape)).reshape(shape)


def slices():
    """A variable a file, and a file a year, as CMIP and ERA5 lay out; every file packs and counts its days its own way."""
    f = "archive-slices"
    paths = []
    for year, scale, offset in ((2000, 0.5, 100.0), (2001, 0.25, 200.0)):
        more = {"units": "K", "standard_name": "air_temperature", "scale_factor": scale, "add_offset": offset, "_FillValue": np.int16(-999)}
        stored = cells(10 * (year - 1999), 3, 2, 3)
        stored[1, 0, 1] = -999
        times = {"units": f"days since {year}-01-01", "calendar": "standard", "standard_name": "time"}
        paths.append(write(f, f"tas_{year}.nc", {"time": None, "lat": 2, "lon": 3}, {
            "time": ("f8", ("time",), [0, 31, 59.5], times), "lat": LAT, "lon": LON,
            "tas": ("i2", ("time", "lat", "lon"), stored, more)}, {"history": f"written for {year}", "source": "made up"}))
    paths.append(write(f, "pr_2000.nc", {"time": None, "lat": 2, "lon": 3}, {
        "time": ("i4", ("time",), [0, 24 * 31], {"units": "hours since 2000-01-01 00:00:00", "standard_name": "time"}), "lat": LAT, "lon": LON,
        "pr": ("f4", ("time", "lat", "lon"), cells(1000, 2, 2, 3), {"units": "kg m-2 s-1"})}, {"source": "made up"}))
    united = xr.merge([xr.concat([opened(p) for p in paths[:2]], "time"), opened(paths[2])], join="outer", compat="no_conflicts", combine_attrs="drop_conflicts")
    expect(f, united)


def noleap():
    """A calendar without timestamps, counted from two references, in two units."""
    f = "archive-noleap"
    paths = []
    for name, units, values in (("b", "days since 1999-12-31", [1, 60, 61]), ("a", "hours since 1999-12-01", [0, 24 * 29, 24 * 30.5])):
        paths.append(write(f, f"{name}.nc", {"time": None, "x": 2}, {
            "time": ("f8", ("time",), values, {"units": units, "calendar": "noleap"}),
            "v": ("f4", ("time", "x"), cells(len(paths) * 100, 3, 2), {})}))
    dataset = xr.concat([opened(p) for p in paths], "time").sortby("time")
    numbers = cftime.date2num(dataset.time.values, "hours since 1999-12-01", "noleap")
    parts = {k: [int(getattr(t, k)) for t in dataset.time.values] for k in ("year", "month", "day")}
    expect(f, dataset, numbers=[float(n) for n in numbers], parts=parts)


def interleaved():
    """Even hours in one file, odd ones in the other; latitudes go down; the time of one goes down too."""
    f = "archive-interleaved"
    lat = ("f4", ("lat",), [60.1, 50.1], {"units": "degrees_north"})
    paths = []
    for name, hours, kind in (("even", [0, 2, 4], "f4"), ("odd", [5, 3, 1], "f8")):
        own = lat if kind == "f4" else ("f8", ("lat",), np.float32([60.1, 50.1]).astype("f8").round(4), {"units": "degrees_north"})
        paths.append(write(f, f"{name}.nc", {"lat": 2, "time": 3}, {
            "time": ("i2", ("time",), hours, {"units": "hours since 2020-02-28T21:00:00"}), "lat": own,
            "wind": ("i2" if name == "even" else "f4", ("lat", "time"), cells(100 * len(paths), 2, 3), {"units": "m s-1"})}))
    a, b = (opened(p) for p in paths)
    expect(f, xr.concat([a, b.assign_coords(lat=a.lat)], "time").sortby("time"))


def granules():
    """Satellite granules: a scalar time and an orbit number each, 2-D positions of their own."""
    f = "archive-granules"
    paths = []
    for name, second, orbit in (("g1", 300.0, 17), ("g2", 0.0, 16), ("g3", 600.0, 18)):
        start = 100 * (1 + len(paths))
        paths.append(write(f, f"{name}.nc", {"line": 2, "pixel": 3}, {
            "time": ("f8", (), second, {"units": "seconds since 2010-06-01", "standard_name": "time"}),
            "orbit": ("i4", (), orbit, {"long_name": "number of the orbit"}),
            "instrument": ("i4", (), 5, {"long_name": "number of the instrument"}),
            "lat": ("f4", ("line", "pixel"), start / 10 + cells(0, 2, 3) / 8, {"units": "degrees_north"}),
            "lon": ("f4", ("line", "pixel"), -start / 10 + cells(0, 2, 3) / 8, {"units": "degrees_east"}),
            "bt": ("f4", ("line", "pixel"), cells(start, 2, 3), {"units": "K", "coordinates": "time lat lon"})}))
    parts = [opened(p).set_coords(["time", "orbit", "lat", "lon"]) for p in paths]
    expect(f, xr.concat(parts, "time", coords="different", data_vars="minimal").sortby("time"))


def members():
    """An ensemble: the same years twice, told apart by a scalar."""
    f = "archive-members"
    parts = []
    for member in (2, 1):
        for year in (2000, 2001):
            path = write(f, f"r{member}_{year}.nc", {"time": None, "lat": 2}, {
                "time": ("f8", ("time",), [0, 100], {"units": f"days since {year}-01-01"}), "lat": LAT,
                "realization": ("i4", (), member, {"standard_name": "realization"}),
                "tas": ("f4", ("time", "lat"), cells(1000 * member + year, 2, 2), {"units": "K", "coordinates": "realization"})})
            parts.append((member, year, opened(path)))
    united = xr.concat([xr.concat([d for m, _, d in parts if m == member], "time") for member in (1, 2)], "realization")
    expect(f, united.stack(cell=("realization", "time")).transpose("cell", "lat").reset_index("cell"))


def tiles():
    """The same hours over neighbouring bands of latitude, from north to south."""
    f = "archive-tiles"
    paths = [write(f, f"{name}.nc", {"time": 2, "lat": 2, "lon": 3}, {
        "time": ("f8", ("time",), [0, 6], {"units": "hours since 2000-01-01"}), "lon": LON,
        "lat": ("f8", ("lat",), lat, {"units": "degrees_north"}),
        "z": ("f8", ("time", "lat", "lon"), cells(start, 2, 2, 3), {"units": "m"})})
        for name, lat, start in (("middle", [5, -5], 100), ("north", [25, 15], 200), ("south", [-15, -25], 300))]
    expect(f, xr.combine_by_coords([opened(p) for p in paths]).sortby("lat", ascending=False))


def overlap():
    """Two files share a day."""
    f = "archive-overlap"
    paths = [write(f, f"{name}.nc", {"time": None, "lat": 2}, {
        "time": ("f8", ("time",), [first, first + 1], {"units": "days since 2000-01-01"}), "lat": LAT,
        "t": ("f4", ("time", "lat"), cells(start, 2, 2), {"units": "K"})}) for name, first, start in (("a", 0, 10), ("b", 1, 20))]
    a, b = (opened(p) for p in paths)
    expect(f, a.combine_first(b), last=listed(b.combine_first(a).t.transpose("time", "lat")))


def units():
    """Each file in units of its own, and on types of its own."""
    f = "archive-units"
    paths = [write(f, f"{name}.nc", {"time": 1, "lev": 2}, {
        "time": ("i4", ("time",), [day], {"units": "days since 2000-01-01"}),
        "lev": ("f8", ("lev",), lev, {"units": level, "positive": "down"}),
        "ta": (kind, ("time", "lev"), values, {"units": unit})})
        for name, day, level, lev, kind, unit, values in (
            ("a", 0, "hPa", [1000, 500], "f4", "K", [300.0, 250.0]),
            ("b", 1, "Pa", [100000, 50000], "i2", "degC", [20, -30]))]
    a, b = (opened(p) for p in paths)
    b = b.assign_coords(lev=a.lev)
    b["ta"] = b.ta + 273.15
    expect(f, xr.concat([a, b], "time", combine_attrs="override"))


def grids():
    """Two grids under the same names, and levels that differ in the last bits only."""
    f = "archive-grids"
    for name, lat, day in (("a_1", [0, 1], 0), ("a_2", [0, 1 + 2e-12], 1), ("b_1", [0, 0.5, 1], 0)):
        write(f, f"{name}.nc", {"time": 1, "lat": len(lat)}, {
            "time": ("f8", ("time",), [day], {"units": "days since 2000-01-01"}), "lat": ("f8", ("lat",), lat, {"units": "degrees_north"}),
            "t": ("f4", ("time", "lat"), cells(10 * day, 1, len(lat)), {"units": "K"})})


def shapes():
    """One file with every kind of table: several sets of dimensions, in two orders, text, letters, scalars, bounds."""
    f = "archive-shapes"
    write(f, "shapes.nc", {"time": 2, "lat": 2, "lon": 3, "bnds": 2, "station": 2, "name_len": 5}, {
        "time": ("f8", ("time",), [0, 1], {"units": "days since 2000-01-01", "bounds": "time_bnds", "calendar": "360_day"}),
        "time_bnds": ("f8", ("time", "bnds"), [[-0.5, 0.5], [0.5, 1.5]], {}),
        "lat": LAT, "lon": LON,
        "crs": ("i4", (), 0, {"grid_mapping_name": "latitude_longitude", "semi_major_axis": 6371000.0}),
        "height": ("f8", (), 2.0, {"units": "m", "standard_name": "height"}),
        "tas": ("f4", ("time", "lat", "lon"), cells(0, 2, 2, 3), {"units": "K", "coordinates": "height", "grid_mapping": "crs", "long_name": "temperature"}),
        "huss": ("f4", ("lon", "lat", "time"), cells(100, 3, 2, 2), {"units": "1"}),
        "orog": ("f4", ("lat", "lon"), cells(200, 2, 3), {"units": "m"}),
        "station_name": ("S1", ("station", "name_len"), [list("Oslo\0"), list("Bern\0")], {}),
        "elevation": ("f4", ("station",), [23, 540], {"units": "m", "coordinates": "station_name"}),
        "flag": ("S1", ("time", "station"), [["A", "B"], ["C", "D"]], {}),
        "Tas": ("f4", ("time", "lat", "lon"), cells(300, 2, 2, 3), {}),
        "year": ("i4", ("time",), [1, 2], {"long_name": "year of the run"}),
    }, {"title": "all kinds", "version": np.int32([1, 2])})


def calendars():
    """A day a file, each in another calendar; `text` holds text under the name of a number."""
    f = "archive-calendars"
    for name, calendar, day in (("standard", "gregorian", "2000-01-01"), ("proleptic", "proleptic_gregorian", "2000-01-02"),
                                ("noleap", "noleap", "2000-01-03"), ("early", "standard", "1500-03-01")):
        write(f, f"{name}.nc", {"time": 1, "x": 2}, {
            "time": ("f8", ("time",), [0], {"units": f"days since {day}", "calendar": calendar}),
            "seen": ("i4", ("time", "x"), [[0, 60]], {"units": f"minutes since {day}", "calendar": calendar}),
            "v": ("f4", ("time", "x"), cells(0, 1, 2), {})})
    write(f, "months.nc", {"time": 2, "x": 2}, {
        "time": ("f8", ("time",), [0, 1], {"units": "months since 2000-01-01"}), "v": ("f4", ("time", "x"), cells(0, 2, 2), {})})
    write(f, "text.nc", {"time": 1, "x": 2, "len": 3}, {
        "time": ("f8", ("time",), [9], {"units": "days since 2000-01-01"}),
        "v": ("S1", ("time", "x", "len"), [[list("one"), list("two")]], {})})


def heights():
    """Two variables at two heights, and a relief that every file repeats and nobody places."""
    f = "archive-heights"
    for name, height, start in (("tas", 2.0, 100), ("uas", 10.0, 200)):
        write(f, f"{name}.nc", {"time": 1, "lat": 2}, {
            "time": ("f8", ("time",), [0], {"units": "days since 2000-01-01"}), "lat": LAT,
            "height": ("f8", (), height, {"units": "m", "standard_name": "height"}),
            "orog": ("f4", ("lat",), [5, 6], {"units": "m"}),
            name: ("f4", ("time", "lat"), cells(start, 1, 2), {"coordinates": "height"})})


def records():
    """Observations without coordinates, one file after the other, of unequal length; another variable of the first in a file of its own."""
    f = "archive-records"
    paths = [write(f, f"{name}.nc", {"obs": None}, {
        variable: ("f4", ("obs",), cells(start, length), {"units": "K"})})
        for name, variable, start, length in (("1", "t", 10, 3), ("2", "t", 20, 2), ("1_s", "s", 30, 3))]
    a, b, c = (opened(p) for p in paths)
    expect(f, xr.concat([xr.merge([a, c]), b], "obs"))


def axes():
    """Nothing but coordinates."""
    write("archive-axes", "axes.nc", {"lat": 2, "lon": 3}, {"lat": LAT, "lon": LON})


def groups():
    """Groups with dimensions of their own, groups under the root's dimensions with equal names, and a text coordinate."""
    path = OUT / "archive-groups"
    path.mkdir(parents=True, exist_ok=True)
    with netCDF4.Dataset(path / "groups.nc", "w") as d:
        d.createDimension("time", 2)
        d.createDimension("city", 2)
        t = d.createVariable("time", "f8", ("time",))
        t.units = "days since 2000-01-01"
        t[:] = [0, 1]
        d.createVariable("city", str, ("city",))[:] = np.array(["Oslo", "Bern"], dtype=object)
        d.createVariable("people", "i8", ("city",))[:] = [2**60 + 1, 5]
        for i, name in enumerate(("m1", "m2")):
            g = d.createGroup(name)
            g.createVariable("tas", "f4", ("time", "city"))[:] = cells(100 * (i + 1), 2, 2)
        g = d.createGroup("deep").createGroup("er")
        g.createDimension("time", 3)
        t = g.createVariable("time", "f8", ("time",))
        t.units = "days since 2000-01-01"
        t[:] = [5, 6, 7]
        g.createVariable("x", "f4", ("time",))[:] = [1, 2, 3]
        d.createDimension("level", 2)
        d.createGroup("positions").createVariable("level", "f4", ("level",))[:] = [850, 500]
        d.createVariable("humidity", "f4", ("level",))[:] = [0.5, 0.25]


def siblings():
    """Geolocation in a group beside that of the science, named without a path; a table that has neither place nor time."""
    path = OUT / "archive-groups"
    path.mkdir(parents=True, exist_ok=True)
    with netCDF4.Dataset(path / "siblings.nc", "w") as d:
        d.createDimension("scan", 4)
        d.createDimension("pixel", 3)
        d.createDimension("channel", 2)
        where = d.createGroup("geolocation")
        t = where.createVariable("time", "f8", ("scan",))
        t.units = "seconds since 2024-06-01T00:00:00Z"
        t[:] = [0, 10, 20, 30]
        for name, unit, values in (
            ("latitude", "degrees_north", np.repeat([10, 20, 30, 40], 3)),
            ("longitude", "degrees_east", np.tile([1, 2, 3], 4)),
        ):
            v = where.createVariable(name, "f4", ("scan", "pixel"))
            v.units = unit
            v[:] = values.reshape(4, 3)
        # Another time over other dimensions is another thing.
        d.createGroup("support").createVariable("time", "f8", ("channel",))[:] = [1, 2]
        column = d.createGroup("product").createVariable("column", "f8", ("scan", "pixel"))
        column.coordinates = "time longitude latitude altitude"
        column[:] = np.arange(12).reshape(4, 3)
        with xr.open_dataset(path / "siblings.nc", group="geolocation") as g, xr.open_dataset(path / "siblings.nc", group="product") as p:
            kept = p.assign_coords(g.variables).isel(scan=g.time.values >= np.datetime64("2024-06-01T00:00:15"))
            print("siblings", kept.column.values.tolist(), kept.latitude.values.tolist(), kept.time.values.tolist())


def integers():
    """64-bit integers beyond 2^53, which neighbours in float64 share: as times, as scalars that place files, beside a mask."""
    f = "archive-int64"
    name = {"format": "NETCDF3_64BIT_DATA"}
    first = 20060911000000000
    a = write(f, "a.nc", {"t": 1}, {"t": ("i8", ("t",), [first], {"axis": "T"}), "a": ("f4", ("t",), [1], {})}, **name)
    b = write(f, "b.nc", {"t": 1}, {"t": ("i8", ("t",), [first + 1], {"axis": "T"}), "b": ("f4", ("t",), [2], {})}, **name)
    united = xr.merge([opened(a), opened(b)], join="outer", compat="no_conflicts")
    runs = []
    for at, run in (("2", 2**60 + 1), ("1", 2**60)):
        path = write(f, f"run_{at}.nc", {"x": 2}, {
            "run": ("i8", (), run, {"standard_name": "realization"}),
            "v": ("f4", ("x",), cells(10 * int(at), 2), {"coordinates": "run"})}, **name)
        runs.append(opened(path).set_coords("run"))
    stacked = xr.concat(runs, "run").sortby("run")
    # Missing and 7; -1 and 7; missing and 7 under another code.
    masked = {}
    for at, q, fill in (("1", [-1, 7], -1), ("2", [-1, 7], -2), ("3", [-2, 7], -2)):
        path = write(f, f"masked_{at}.nc", {"x": 2}, {"q": ("i8", ("x",), q, {"_FillValue": np.int64(fill)})}, **name)
        with netCDF4.Dataset(path) as d:
            masked[f"masked_{at}"] = d["q"][:].tolist()
    # The first has a double of its own, the second has none.
    missing = {"_FillValue": np.int64(-1)}
    write(f, "wide.nc", {"x": 2}, {"even": ("i8", ("x",), [2**60, -1], missing), "odd": ("i8", ("x",), [2**53 + 1, -1], missing)}, **name)
    expect(f, united, t=[str(int(v)) for v in united.t.values], run=[str(int(v)) for v in stacked.run.values], v=listed(stacked.v), masked=masked)


for make in (slices, noleap, interleaved, granules, members, tiles, overlap, units, grids, shapes, calendars, heights, records, axes, groups, siblings, integers):
    make()
print(*sorted(p.name for p in OUT.glob("archive-*")))
