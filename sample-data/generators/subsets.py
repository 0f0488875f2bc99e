"""Grids that subsets go wrong on, by netCDF4-python, and what numpy and cftime select from them: expected.json."""

import json
import pathlib

import cftime
import h5py
import netCDF4
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent.parent / "subsets"
CASES = []


def dimension(nc, name, values=None, size=None, **attributes):
    nc.createDimension(name, size or len(values))
    if values is not None:
        axis = nc.createVariable(name, np.asarray(values).dtype, (name,))
        axis.setncatts(attributes)
        axis[:] = values


def chunks_met(keep, shape):
    """Chunks in which some row, column, … with a kept cell crosses another."""
    hit = [keep.any(axis=tuple(a for a in range(keep.ndim) if a != axis)) for axis in range(keep.ndim)]
    counts = [
        sum(h[start : start + n].any() for start in range(0, len(h), n)) for h, n in zip(hit, shape)
    ]
    return int(np.prod(counts))


def case(file, variable, keep, placed=None, coordinates=(), **asked):
    """`keep` over all axes of the variable, `placed` where coordinates alone decide; chunks as h5py's index has them."""
    positions = np.flatnonzero(keep)
    with h5py.File(HERE / file) as h5:
        index = h5[variable].id
        chunks = [index.get_chunk_info(i) for i in range(index.get_num_chunks())]
        shape = h5[variable].chunks
        met = chunks_met(keep if placed is None else placed, shape)
        for name in coordinates:
            met += chunks_met((keep if placed is None else placed).any(axis=0), h5[name].chunks)
    CASES.append(
        {
            "file": file,
            **asked,
            "variable": variable,
            "rows": len(positions),
            "sum_of_positions": int(positions.sum()),
            "chunks_read": met,
            "chunks": len(chunks),
        }
    )


# A grid that is rotated and crosses the date line; some coordinates are masked.
with netCDF4.Dataset(HERE / "curvilinear.nc", "w") as nc:
    dimension(nc, "time", np.arange(3.0), units="hours since 2020-01-01", standard_name="time")
    dimension(nc, "y", size=20)
    dimension(nc, "x", size=30)
    y, x = np.meshgrid(np.arange(20.0), np.arange(30.0), indexing="ij")
    latitude = (50 + 0.8 * y - 0.3 * x).astype("f4")
    longitude = np.ma.masked_array((165 + 1.1 * x + 0.4 * y).astype("f4"), (x == 7) & (y % 4 == 0))
    longitude = np.ma.where(longitude > 180, longitude - 360, longitude).astype("f4")
    for name, values, units in (("lat", latitude, "degrees_north"), ("lon", longitude, "degrees_east")):
        v = nc.createVariable(name, "f4", ("y", "x"), fill_value=np.float32(-999), zlib=True, chunksizes=(10, 15))
        v.units = units
        v[:] = values
    data = nc.createVariable("v", "f4", ("time", "y", "x"), zlib=True, chunksizes=(1, 5, 10))
    data.coordinates = "lat lon"
    data[:] = np.arange(1800.0).reshape(3, 20, 30)
    shape = (3, 20, 30)
lon, lat = longitude, latitude
inside = ((lon >= 175) | (lon <= -175)).filled(False) & (lat >= 48) & (lat <= 52)
case("curvilinear.nc", "v", np.broadcast_to(inside, shape), coordinates=("lat", "lon"), bbox="175,48,-175,52")
inside = ((lon >= 170) & (lon <= 180)).filled(False) & (lat >= 40) & (lat <= 60)
case("curvilinear.nc", "v", np.broadcast_to(inside, shape), coordinates=("lat", "lon"), bbox="170,40,180,60")
values = np.arange(1800.0).reshape(shape)
placed = np.broadcast_to((lon < 170).filled(False) & (lon > 0).filled(False) & (lat > 55), shape)
case("curvilinear.nc", "v", placed & (values > 700), placed, ("lat", "lon"), where="lon < 170 and lon > 0 and lat > 55 and v > 700")

# Two years of days of 360_day, and longitudes from 0 to 360.
with netCDF4.Dataset(HERE / "calendar-360.nc", "w") as nc:
    days = np.arange(720) + 0.5
    dimension(nc, "time", days, units="days since 1999-12-01", calendar="360_day", standard_name="time")
    dimension(nc, "lon", np.arange(0, 360, 22.5), units="degrees_east")
    data = nc.createVariable("v", "i2", ("time", "lon"), zlib=True, chunksizes=(30, 4))
    data[:] = np.arange(720 * 16).reshape(720, 16) % 1000
    shape = (720, 16)
dates = cftime.num2date(days, "days since 1999-12-01", "360_day")


def along(mask):
    return np.broadcast_to(np.asarray(mask)[:, None], shape)


def moment(*parts):
    return cftime.datetime(*parts, calendar="360_day")


case("calendar-360.nc", "v", along(dates >= moment(2000, 2, 30)) & along(dates < moment(2000, 3, 2)), where="time >= '2000-02-30' and time < '2000-03-02'")
case("calendar-360.nc", "v", along(dates <= moment(2000, 1, 1, 12)), where="time <= '2000-01-01 12:00:00'")
case("calendar-360.nc", "v", along(dates == moment(2000, 2, 30, 12)), where="time = TIMESTAMP '2000-02-30 12:00'")
case("calendar-360.nc", "v", along([d.month == 2 for d in dates]), where="month(time) = 2")
case("calendar-360.nc", "v", along([d.month == 2 and d.year == 2000 for d in dates]), time="2000-02")
case("calendar-360.nc", "v", along([d.day == 30 for d in dates]), where="day = 30")
case("calendar-360.nc", "v", along([d.dayofyr in (1, 360) for d in dates]), where="dayofyear(time) in (1, 360)")
east = np.arange(0, 360, 22.5)
wrapped = np.broadcast_to(((east >= 337.5) | (east <= 22.5))[None], shape)
case("calendar-360.nc", "v", wrapped & along(days < 60), where="wrap_between(lon, -22.5, 22.5) and time < 60")

(HERE / "expected.json").write_text(json.dumps(CASES, indent=1) + "\n")
