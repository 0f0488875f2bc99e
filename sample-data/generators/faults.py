"""Ten files that make ten tasks, enough rows for worker threads, few bytes: what the tests of faults interrupt, cut and change.

Written by netCDF4-python; rows and checksums told by numpy."""

import json
import pathlib
import zlib

import netCDF4
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent.parent / "faults"
FILES, STEPS, LATS, LONS = 10, 12, 60, 60
FILL = -32767


def field(first):
    """Cells are told apart by their values; the pattern is one that compresses."""
    time = (first + np.arange(STEPS))[:, None, None]
    lat, lon = np.arange(LATS)[None, :, None], np.arange(LONS)[None, None, :]
    return time * 4096.0 + lat * 64 + lon


def write():
    columns = {name: [] for name in ("time", "lat", "lon", "cell", "level")}
    lat = np.linspace(59, -59, LATS, dtype="f4")
    lon = np.arange(0, 360, 6, dtype="f4")
    for i in range(FILES):
        first = i * STEPS
        cell = field(first).astype("f4")
        stored = ((cell.astype("i8") // 64) % 1000).astype("i2")
        stored[:, ::7, ::5] = FILL
        with netCDF4.Dataset(HERE / f"step-{i:02}.nc", "w") as nc:
            nc.createDimension("time", None)
            nc.createDimension("lat", LATS)
            nc.createDimension("lon", LONS)
            for name, values, kind, units in (
                ("time", first + np.arange(STEPS), "f8", "hours since 2001-01-01"),
                ("lat", lat, "f4", "degrees_north"),
                ("lon", lon, "f4", "degrees_east"),
            ):
                axis = nc.createVariable(name, kind, (name,), chunksizes=(STEPS,) if name == "time" else None)
                axis.units = units
                axis[:] = values
            deflated = {"zlib": True, "complevel": 9, "shuffle": True, "chunksizes": (4, LATS, LONS)}
            nc.createVariable("cell", "f4", ("time", "lat", "lon"), **deflated)[:] = cell
            level = nc.createVariable("level", "i2", ("time", "lat", "lon"), fill_value=FILL, **deflated)
            level.set_auto_maskandscale(False)
            level.scale_factor = 0.5
            level[:] = stored
        columns["cell"].append(cell.ravel())
        columns["level"].append(np.ma.masked_equal(stored.ravel(), FILL) * 0.5)
    cells = np.concatenate(columns["cell"])
    levels = np.ma.concatenate(columns["level"])
    part = np.arange(LONS) < 10
    few = np.concatenate([c.reshape(-1, LONS)[:, part].ravel() for c in columns["cell"]])
    # Missing values stand as NaN in the checksum's bytes.
    expected = {
        "files": FILES,
        # What --bbox 0,-60,57,60 selects.
        "west": {"rows": int(few.size), "cell_crc32": zlib.crc32(few.astype("<f4").tobytes())},
        # The same of the first three files.
        "west_of_three": {
            "rows": int(few.size) * 3 // FILES,
            "cell_crc32": zlib.crc32(few[: few.size * 3 // FILES].astype("<f4").tobytes()),
        },
        "rows": int(cells.size),
        "rows_per_file": STEPS * LATS * LONS,
        "cell_crc32": zlib.crc32(cells.astype("<f4").tobytes()),
        "level_crc32": zlib.crc32(np.ma.filled(levels, np.nan).astype("<f4").tobytes()),
        "level_valid": int(levels.count()),
        "level_sum": float(levels.sum()),
    }
    (HERE / "expected.json").write_text(json.dumps(expected, indent=2) + "\n")


write()
