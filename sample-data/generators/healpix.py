"""Pixels of HEALPix (nested) by cdshealpix, for places at random and at poles, face centres and beyond a turn."""
import json
import pathlib

import astropy.units as u
import numpy as np
from astropy.io import fits
from astropy.coordinates import Latitude, Longitude
from cdshealpix.nested import lonlat_to_healpix

HERE = pathlib.Path(__file__).resolve().parent.parent / "healpix"
rng = np.random.default_rng(1)
lon = np.concatenate([rng.uniform(0, 360, 300)[:40], [90, 135, 180, 270, 359.999999, -10, 370, 12.5, 12.5, 123.4]])
lat = np.concatenate([np.degrees(np.arcsin(rng.uniform(-1, 1, 300)))[:40], [41.8, -41.8, 90, -90, 89.9999999, -89.99999, 5, 0, 1e-9, 89.99999999]])
orders = (0, 5, 10, 15, 16, 20, 24, 29)
pixels = {str(o): [str(int(i)) for i in lonlat_to_healpix(Longitude(lon, u.deg), Latitude(lat, u.deg), depth=o)] for o in orders}
HERE.mkdir(exist_ok=True)
(HERE / "pixels.json").write_text(json.dumps({"lon": lon.tolist(), "lat": lat.tolist(), "pixels": pixels}))

# A catalogue in radians: a cluster on a thin background. In catalogue.json: their pixels of order 29.
ra = np.concatenate([rng.normal(50, 1, 150) % 360, rng.uniform(0, 360, 150)])
dec = np.concatenate([rng.normal(10, 1, 150), np.degrees(np.arcsin(rng.uniform(-1, 1, 150)))])
columns = [
    fits.Column("source", "J", array=np.arange(300, dtype="i4")),
    fits.Column("RAJ2000", "D", unit="rad", array=np.radians(ra)),
    fits.Column("DEJ2000", "D", unit="rad", array=np.radians(dec)),
    fits.Column("mag", "E", unit="mag", array=rng.normal(18, 2, 300).astype("f4")),
]
fits.BinTableHDU.from_columns(columns, name="STARS").writeto(HERE / "catalogue.fits", overwrite=True)
pixels29 = lonlat_to_healpix(Longitude(ra, u.deg), Latitude(dec, u.deg), depth=29)
(HERE / "catalogue.json").write_text(json.dumps({"ra": ra.tolist(), "dec": dec.tolist(), "pixels": [str(int(i)) for i in pixels29]}))
