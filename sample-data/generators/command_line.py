"""Writes sample-data/command-line/: a netCDF-3 file with one of everything that the command line prints, a copy of it that is
cut short inside the last variable, and what numpy and netCDF4-python read from it. Needs netCDF4 and cftime.

    python command_line.py ../command-line
"""
import hashlib
import json
import pathlib
import sys

import netCDF4
import numpy as np

out = pathlib.Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
path = out / "weather.nc"
with netCDF4.Dataset(path, "w", format="NETCDF3_CLASSIC") as ds:
    ds.title = "weather, one of everything"
    ds.numbers = np.array([1.5, np.nan, np.inf], "f8")
    for name, length in (("time", None), ("lat", 3), ("lon", 4), ("station", 2), ("letters", 6)):
        ds.createDimension(name, length)

    def variable(name, dtype, dims, values, fill=None, **attributes):
        v = ds.createVariable(name, dtype, dims, fill_value=fill)
        v.set_auto_maskandscale(False)
        v.setncatts(attributes)
        v[:] = values
        return v

    variable("lat", "f4", ("lat",), [50, 40, 30], units="degrees_north", standard_name="latitude")
    variable("lon", "f4", ("lon",), [0, 15, 30, 45], units="degrees_east", standard_name="longitude")
    variable("time", "f8", ("time",), [0, 31, 59.5], units="days since 2001-01-01", calendar="noleap", standard_name="time")
    packed = np.arange(36).reshape(3, 3, 4).astype("i2") * 100
    packed[0, 0, 0] = packed[2, 2, 3] = packed[1, 1, 1] = -999
    variable("t2m", "i2", ("time", "lat", "lon"), packed, fill=-999, scale_factor=0.01, add_offset=250.0, units="K", standard_name="air_temperature")
    names = np.array([list("Roma  "), list("Wien\0\0")], "S1")
    variable("name", "S1", ("station", "letters"), names)
    variable("count", "i4", (), 7)
    variable("flag", "i1", ("lat",), [-1, 0, 1], fill=0)

whole = path.read_bytes()
(out / "cut.nc").write_bytes(whole[: len(whole) - 60])
with netCDF4.Dataset(path) as ds:
    t2m = ds["t2m"][:]
    ds.set_auto_maskandscale(False)
    stored = {v: hashlib.sha256(np.ascontiguousarray(ds[v][:]).astype(ds[v].dtype.newbyteorder("<")).tobytes()).hexdigest() for v in ds.variables}
expected = {
    "stored": stored,
    "t2m": {"valid": int(t2m.count()), "min": float(t2m.min()), "max": float(t2m.max()), "mean": float(t2m.mean()),
            "first_valid": float(t2m.compressed()[0]), "last_valid": float(t2m.compressed()[-1])},
    "t2m_slice": [[None if m else float(x) for x, m in zip(row, mask)] for row, mask in zip(t2m[0].data, np.ma.getmaskarray(t2m)[0])],
}
(out / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
