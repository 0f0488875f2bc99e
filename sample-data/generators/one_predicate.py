"""Packed, chunked and deflated 2 m temperature, and what a predicate over it must find: written by netCDF4-python, told by numpy and h5py."""

import json
import pathlib

import h5py
import netCDF4
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent.parent / "one-predicate"
FILE = HERE / "t2m.nc"
CHUNKS = (3, 10, 36)


def write():
    random = np.random.default_rng(20)
    lat = np.linspace(90, -90, 73)
    lon = np.arange(0, 360, 5.0)
    time = np.arange(12)
    field = (
        273.15
        + 30 * np.cos(np.radians(lat))[None, :, None] ** 2
        - 18
        + 6 * np.sin(2 * np.pi * (time[:, None, None] - 3) / 12)
        + 4 * np.sin(np.radians(3 * lon))[None, None, :]
    )
    field = np.round(field + random.normal(0, 0.05, field.shape), 1)
    with netCDF4.Dataset(FILE, "w") as nc:
        for name, values, units in (
            ("time", time, "days since 2000-01-01"),
            ("lat", lat, "degrees_north"),
            ("lon", lon, "degrees_east"),
        ):
            nc.createDimension(name, len(values))
            axis = nc.createVariable(name, "f8", (name,))
            axis.units = units
            axis[:] = values
        t2m = nc.createVariable(
            "t2m", "i2", ("time", "lat", "lon"), zlib=True, complevel=4, shuffle=True, chunksizes=CHUNKS, fill_value=-32768
        )
        t2m.scale_factor = 0.01
        t2m.add_offset = 250.0
        t2m.units = "K"
        t2m[:] = np.ma.masked_array(field, random.random(field.shape) < 0.03)


def expect():
    with netCDF4.Dataset(FILE) as nc:
        lat = nc["lat"][:]
        values = nc["t2m"][:]
        nc["t2m"].set_auto_maskandscale(False)
        codes = nc["t2m"][:].astype("i8")
        rows = (lat >= 40) & (lat <= 50)
        keep = np.broadcast_to(rows[None, :, None], values.shape) & (values > 273.15).filled(False)
        band = np.broadcast_to(rows[None, :, None], values.shape)
    where = np.argwhere(keep)
    with h5py.File(FILE) as h5:
        dataset = h5["t2m"].id
        wanted = [dataset.get_chunk_info(i) for i in range(dataset.get_num_chunks())]
    first, last = np.flatnonzero(rows)[[0, -1]]
    kept = [c for c in wanted if c.chunk_offset[1] <= last and c.chunk_offset[1] + CHUNKS[1] > first]
    position = np.ravel_multi_index(where.T, values.shape)
    document = {
        "predicate": "lat between 40 and 50 and t2m > 273.15",
        "rows": int(keep.sum()),
        "rows_in_band": int(band.sum()),
        "valid_in_band": int((band & ~np.ma.getmaskarray(values)).sum()),
        "sum_of_codes": int(codes[keep].sum()),
        "sum_of_values": float(np.sum(values[keep].data, dtype="f8")),
        "sum_of_positions": int(position.sum()),
        "first": [int(i) for i in where[0]],
        "last": [int(i) for i in where[-1]],
        "chunks": {"kept": len(kept), "pruned": len(wanted) - len(kept)},
        "requests": len(kept),
        "bytes": int(sum(c.size for c in kept)),
        "all": {"rows": int((values > -1e9).filled(True).size), "chunks": len(wanted), "bytes": int(sum(c.size for c in wanted))},
    }
    (HERE / "expected.json").write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    write()
    expect()
