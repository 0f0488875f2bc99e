"""FITS images on the sky. Usage: sky.py OUT (the folder sample-data)

What astropy's wcslib gives for every pixel stands in sky/expected.json: coordinates in degrees (longitudes from 0), null off the
sky; and the pixels, counted in the array's own order, whose centres lie in a box W,S,E,N.
"""
import json
import os
import sys
import warnings

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

warnings.simplefilter("ignore")
out = os.path.join(sys.argv[1], "sky")
os.makedirs(out, exist_ok=True)

HEADERS = {
    # A cube: velocities, a rotated gnomonic view across longitude 0.
    "cube": (
        (3, 4, 6),
        {
            "CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CTYPE3": "VELO-LSR", "CUNIT3": "m/s",
            "CRPIX1": 3.2, "CRPIX2": 2.0, "CRPIX3": 1.0, "CRVAL1": 0.1, "CRVAL2": 40.0, "CRVAL3": -1500.0,
            "CD1_1": -0.2, "CD1_2": 0.05, "CD2_1": 0.04, "CD2_2": 0.21, "CD3_3": 250.0,
            "RADESYS": "FK5", "EQUINOX": 2000.0, "BUNIT": "K",
        },
    ),
    # A map of the whole sky: its corners are off it.
    "allsky": (
        (7, 12),
        {
            "CTYPE1": "GLON-AIT", "CTYPE2": "GLAT-AIT", "CRPIX1": 6.5, "CRPIX2": 4.0, "CRVAL1": 0.0, "CRVAL2": 0.0,
            "CDELT1": -28.0, "CDELT2": 28.0,
        },
    ),
    # IRAF's TNX is no projection of the standard.
    "distorted": (
        (2, 3),
        {
            "CTYPE1": "RA---TNX", "CTYPE2": "DEC--TNX", "CRPIX1": 1.0, "CRPIX2": 1.0, "CRVAL1": 10.0, "CRVAL2": 20.0,
            "CD1_1": -0.1, "CD2_2": 0.1,
        },
    ),
    # A spectrum: one axis, and no sky.
    "spectrum": ((5,), {"CTYPE1": "WAVE", "CUNIT1": "nm", "CRPIX1": 2.0, "CRVAL1": 500.0, "CDELT1": 0.5}),
}
BOXES = {"cube": (359.7, 39.9, 0.4, 40.3), "allsky": (350.0, -60.0, 100.0, 60.0)}


def plain(values):
    return [None if np.isnan(v) else float(v) for v in np.ravel(values)]


expected = {}
for name, (shape, cards) in HEADERS.items():
    data = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    hdu = fits.PrimaryHDU(data)
    hdu.header.update(cards)
    path = os.path.join(out, f"{name}.fits")
    hdu.writeto(path, overwrite=True)
    entry = expected[name] = {"shape": list(shape)}
    if name == "distorted":
        continue
    wcs = WCS(hdu.header)
    pixels = np.indices(shape).reshape(len(shape), -1)[::-1].T
    world = wcs.all_pix2world(pixels, 0)
    for axis in range(len(shape)):
        values = world[:, axis] % 360 if axis == wcs.wcs.lng else world[:, axis]
        if name == "spectrum":
            # wcslib gives metres.
            values = values * 1e9
        entry[cards[f"CTYPE{axis + 1}"].split("-")[0].lower()] = plain(values)
    if name in BOXES:
        west, south, east, north = BOXES[name]
        lon, lat = world[:, wcs.wcs.lng] % 360, world[:, wcs.wcs.lat]
        inside = ((lon - west) % 360 <= (east - west) % 360) & (lat >= south) & (lat <= north)
        entry["box"] = list(BOXES[name])
        entry["inside"] = [int(i) for i in np.flatnonzero(inside)]

with open(os.path.join(out, "expected.json"), "w") as f:
    json.dump(expected, f)
    f.write("\n")
