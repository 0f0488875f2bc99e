"""Small files whose meaning lies in their CF attributes, by netCDF4-python: cf-packed.nc, cf-calendars.nc, cf-roles.nc, and
cf-expected.json with what netCDF4-python and cftime make of them."""
import json, os, warnings
import cftime, netCDF4, numpy as np

warnings.simplefilter("ignore")
HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def create(name):
    return netCDF4.Dataset(os.path.join(HERE, name), "w", format="NETCDF4")


def put(nc, name, dtype, dims, values, fill=None, **attrs):
    v = nc.createVariable(name, dtype, dims, fill_value=fill)
    v.set_auto_maskandscale(False)
    v.setncatts(attrs)
    if values is not None: v[...] = np.asarray(values)
    return v


f4, f8 = np.float32, np.float64

with create("cf-packed.nc") as nc:
    nc.createDimension("x", 6)
    x = ("x",)
    put(nc, "int16_float32", "i2", x, [-32768, -100, 0, 1, 1000, 32767], fill=-32768, scale_factor=f4(0.01), add_offset=f4(250))
    put(nc, "int16_float64", "i2", x, [-32768, -100, 0, 1, 1000, 32767], missing_value=np.int16(-100), scale_factor=f8(-0.5))
    put(nc, "int32_float32", "i4", x, [2**31 - 1, -5, 0, 123456789, 7, -2**31], fill=-2**31, scale_factor=f4(0.5), add_offset=f4(1))
    put(nc, "uint8_packed", "u1", x, [0, 1, 127, 128, 254, 255], fill=255, scale_factor=f4(0.5))
    put(nc, "unsigned_true", "i1", x, [0, 1, 127, -128, -2, -1], fill=np.int8(-1), _Unsigned="true")
    put(nc, "unsigned_packed", "i2", x, [0, 1, 32767, -32768, -2, -1], fill=np.int16(-1), _Unsigned="true", scale_factor=f4(0.125), add_offset=f4(63))
    put(nc, "unsigned_false", "u1", x, [0, 1, 127, 128, 254, 255], _Unsigned="false", missing_value=np.int8(-2))
    put(nc, "double_missing_on_float", "f4", x, [1e20, 1.5, np.nan, -1, np.inf, 1e20], missing_value=f8(1e20))
    put(nc, "two_missing", "i4", x, [1, 2, 3, 4, 5, 6], fill=2, missing_value=np.array([4, 5], "i4"))
    put(nc, "text_scale", "i2", x, [1, 2, 3, 4, 5, 6], scale_factor="c")
    put(nc, "big", "i8", x, [2**62, -2**62, 0, 9007199254740993, -1, 5], fill=-1)
    put(nc, "valid_range_packed", "i2", x, [0, 10, 20, 30, 40, 50], valid_range=np.array([10, 40], "i2"), scale_factor=f8(0.1))
    put(nc, "default_fill", "f4", x, [9.969209968386869e36, 1, 2, 3, 4, 9.969209968386869e36])

TIMES = {
    "noleap": ("days since 2000-02-28", "noleap", [0, 1, 1.5, 366]),
    "d360": ("days since 2001-01-30 12:00", "360_day", [0, 30, 30.25, 360]),
    "all_leap": ("hours since 2001-02-28", "366_day", [0, 24, 48, 8784]),
    "gap": ("days since 1582-10-04", "standard", [-1, 0, 1, 2]),
    "julian": ("days since 1900-02-28", "julian", [0, 1, 2, 366]),
    "proleptic": ("days since 1582-10-04", "proleptic_gregorian", [-1, 0, 1, 2]),
    "seconds": ("seconds since 1970-01-01T00:00:00Z", None, [0, 0.1, 1234567890.123456, -1]),
    "months": ("months since 2000-01-01", "standard", [0, 1, 2, 3]),
    "year_zero": ("hours since 0000-01-01", "gregorian", [0, 1, 2, 3]),
    "day_month_year": ("seconds since 1-1-1970", None, [0, 1, 2, 3]),
    "no_calendar": ("days since 2000-01-01", "martian", [0, 1, 2, 3]),
}
with create("cf-calendars.nc") as nc:
    nc.createDimension("n", 4)
    for name, (units, calendar, values) in TIMES.items():
        put(nc, name, "f8", ("n",), values, units=units, **({} if calendar is None else {"calendar": calendar}))

with create("cf-roles.nc") as nc:
    for d, n in dict(time=2, lev=3, y=2, x=3, nv=2, vertex=4, strlen=5, station=2).items(): nc.createDimension(d, n)
    put(nc, "time", "f8", ("time",), [0, 1], units="days since 2000-01-01", calendar="noleap", climatology="time_climatology", axis="T")
    put(nc, "time_climatology", "f8", ("time", "nv"), np.zeros((2, 2)))
    put(nc, "lev", "f8", ("lev",), [1, 2, 3], positive="down", standard_name="atmosphere_hybrid_sigma_pressure_coordinate",
        formula_terms="ap: ap b: b ps: ps", bounds="lev_bnds")
    put(nc, "lev_bnds", "f8", ("lev", "nv"), np.zeros((3, 2)), formula_terms="ap: ap_bnds b: b_bnds ps: ps")
    put(nc, "ap", "f8", ("lev",), [1, 2, 3]); put(nc, "b", "f8", ("lev",), [1, 2, 3])
    put(nc, "ap_bnds", "f8", ("lev", "nv"), np.zeros((3, 2))); put(nc, "b_bnds", "f8", ("lev", "nv"), np.zeros((3, 2)))
    put(nc, "ps", "f4", ("time", "y", "x"), np.zeros((2, 2, 3)), units="Pa", coordinates="lon lat")
    put(nc, "x", "f8", ("x",), [1, 2, 3], standard_name="projection_x_coordinate", units="m")
    put(nc, "y", "f8", ("y",), [1, 2], standard_name="projection_y_coordinate", units="m")
    put(nc, "lat", "f8", ("y", "x"), np.zeros((2, 3)), units="degrees_north", bounds="lat_vertices")
    put(nc, "lon", "f8", ("y", "x"), np.zeros((2, 3)), units="degree_E")
    put(nc, "lat_vertices", "f8", ("y", "x", "vertex"), np.zeros((2, 3, 4)), units="degrees_north")
    put(nc, "crs", "i4", (), 0, grid_mapping_name="lambert_conformal_conic")
    put(nc, "area", "f8", ("y", "x"), np.ones((2, 3)), units="m2", standard_name="cell_area")
    put(nc, "height", "f8", (), 2.0, units="m", positive="up", standard_name="height")
    put(nc, "tas", "f4", ("time", "y", "x"), np.zeros((2, 2, 3)), units="K", standard_name="air_temperature", coordinates="lon lat height",
        grid_mapping="crs: x y", cell_measures="area: area", ancillary_variables="tas_qc", cell_methods="time: mean")
    put(nc, "tas_qc", "i1", ("time", "y", "x"), np.zeros((2, 2, 3)), flag_values=np.array([0, 1], "i1"), flag_meanings="good bad")
    put(nc, "ua", "f4", ("time", "lev", "y", "x"), np.zeros((2, 3, 2, 3)), units="m s-1", grid_mapping="crs")
    put(nc, "station", "S1", ("station", "strlen"), netCDF4.stringtochar(np.array(["abc", "de"], "S5")))
    put(nc, "flag", "i1", ("station",), [0, 1], flag_masks=np.array([1, 2], "i1"), flag_meanings="a b", standard_name="air_temperature status_flag")
    g = nc.createGroup("g"); g.createDimension("n", 2)
    put(g, "n", "f4", ("n",), [1, 2], units="hPa", long_name="pressure")
    put(g, "q", "f4", ("time", "n"), np.zeros((2, 2)), coordinates="/height n", grid_mapping="../crs")
    put(g, "wrong", "f4", ("n",), [0, 0], coordinates="nowhere", bounds="nothing", scale_factor="c", missing_value="none")


def number(x):
    x = x.item()
    if isinstance(x, float): return x if np.isfinite(x) else str(x).replace("nan", "NaN").replace("inf", "Infinity")
    return x if abs(x) <= 2**53 else str(x)


def attribute(v, name):
    a = v.getncattr(name)
    if isinstance(a, str): return ["string", [a]]
    a = np.atleast_1d(np.asarray(a))
    return [str(a.dtype), [number(x) for x in a]]


def path_of(g, d):
    while d not in g.dimensions: g = g.parent
    return ("" if g.path == "/" else g.path) + "/" + d


def walk(g):
    yield from g.variables.values()
    for s in g.groups.values(): yield from walk(s)


out = {"origin": f"netCDF4-python {netCDF4.__version__}, cftime {cftime.__version__}, sample-data/generators/cf.py"}
for name in ("cf-packed.nc", "cf-calendars.nc", "cf-roles.nc"):
    with netCDF4.Dataset(os.path.join(HERE, name)) as nc:
        variables = []
        for v in walk(nc):
            v.set_auto_maskandscale(False); v.set_auto_chartostring(False)
            g = v.group()
            e = {"path": ("" if g.path == "/" else g.path) + "/" + v.name, "dtype": "char" if v.dtype == "S1" else str(v.dtype), "dims": list(v.dimensions),
                 "dimPaths": [path_of(g, d) for d in v.dimensions], "shape": list(v.shape), "attributes": {a: attribute(v, a) for a in v.ncattrs()}}
            if name != "cf-roles.nc":
                raw = np.asarray(v[...])
                e["raw"] = [number(x) for x in raw.ravel()]
            if name == "cf-packed.nc":
                # A default fill masks nothing here; limits do not mask; NaN is missing. Text is no scale: netCDF4-python fails on it.
                v.set_auto_maskandscale(v.name != "text_scale"); v.set_always_mask(True)
                m = np.ma.masked_array(v[...]) if v.name not in ("default_fill", "valid_range_packed") else np.ma.masked_array(raw * v.__dict__.get("scale_factor", 1))
                # netCDF4-python leaves "false" alone, and compares a float32 with the double that it was written from.
                if v.name == "unsigned_false": m = np.ma.masked_equal(raw.view("i1"), -2)
                if v.name == "double_missing_on_float": m = np.ma.masked_equal(raw, f4(1e20))
                m = np.ma.masked_where(np.isnan(m.data) | np.ma.getmaskarray(m), m.data)
                e["decoded"] = {"dtype": str(m.dtype), "values": [None if k else number(x) for x, k in zip(m.data, np.ma.getmaskarray(m))]}
            if name == "cf-calendars.nc":
                units, calendar, values = TIMES[v.name]
                if v.name not in ("months", "year_zero", "day_month_year", "no_calendar"):
                    e["dates"] = [cftime.num2date(x, units, calendar or "standard").isoformat() for x in values]
            variables.append(e)
        out[name] = variables
with open(os.path.join(HERE, "cf-expected.json"), "w") as f:
    f.write("{\n" + ",\n".join(f"{json.dumps(k)}: " + (json.dumps(x) if isinstance(x, str) else "[\n" + ",\n".join(json.dumps(v) for v in x) + "\n]") for k, x in out.items()) + "\n}\n")
