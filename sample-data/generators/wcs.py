"""Headers of every celestial projection and of what is odd in them, with the sky coordinates that astropy (wcslib) gives: wcs-*.json."""

import json
import pathlib
import warnings

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS, InvalidTransformError

HERE = pathlib.Path(__file__).resolve().parent.parent
SHAPE = (33, 48)
warnings.simplefilter("ignore")

# PVi_m of the latitude axis, drawn anew for each header.
PARAMETERS = {
    "AZP": lambda r: {1: r.uniform(0, 3), 2: r.uniform(-50, 50)},
    "SZP": lambda r: {1: r.uniform(-0.5, 3), 2: r.uniform(-180, 180), 3: r.uniform(20, 90)},
    "TAN": lambda r: {},
    "STG": lambda r: {},
    "SIN": lambda r: {1: r.uniform(-1, 1), 2: r.uniform(-1, 1)} if r.random() < 0.5 else {},
    "ARC": lambda r: {},
    "ZPN": lambda r: {0: r.choice([0, 0.02]), 1: r.uniform(0.8, 1.1), 2: r.uniform(-0.1, 0.1), 3: r.choice([0, -0.07]), 5: r.choice([0, 0.001])},
    "ZEA": lambda r: {},
    "AIR": lambda r: {1: r.uniform(-40, 90)},
    "CYP": lambda r: {1: r.uniform(0, 2), 2: r.uniform(0.3, 2)},
    "CEA": lambda r: {1: r.uniform(0.1, 1)},
    "CAR": lambda r: {},
    "MER": lambda r: {},
    "SFL": lambda r: {},
    "PAR": lambda r: {},
    "MOL": lambda r: {},
    "AIT": lambda r: {},
    "COP": lambda r: {1: r.choice([-1, 1]) * r.uniform(20, 70), 2: r.uniform(0, 20)},
    "COE": lambda r: {1: r.choice([-1, 1]) * r.uniform(20, 70), 2: r.uniform(-20, 20)},
    "COD": lambda r: {1: r.choice([-1, 1]) * r.uniform(20, 70), 2: r.choice([0, r.uniform(0, 20)])},
    "COO": lambda r: {1: r.choice([-1, 1]) * r.uniform(20, 65), 2: r.choice([0, r.uniform(0, 20)])},
    "BON": lambda r: {1: r.choice([0, -1, 1]) * r.uniform(10, 80)},
    "PCO": lambda r: {},
    "TSC": lambda r: {},
    "CSC": lambda r: {},
    "QSC": lambda r: {},
    "HPX": lambda r: {1: r.choice([3, 4, 5, 6]), 2: r.choice([2, 3, 4])} if r.random() < 0.7 else {},
    "XPH": lambda r: {},
}
THETA0 = {"AZP", "SZP", "TAN", "STG", "SIN", "ARC", "ZPN", "ZEA", "AIR", "XPH"}


def ctypes(code, system=("RA", "DEC")):
    return {"CTYPE1": system[0].ljust(4, "-") + "-" + code, "CTYPE2": system[1].ljust(4, "-") + "-" + code}


def matrix(random, scale, form):
    """CDELT with PC, with CROTA2, or CD."""
    angle = random.uniform(-180, 180)
    steps = scale * random.choice([-1, 1], 2) * random.uniform(0.7, 1.3, 2)
    turn = np.radians(angle)
    pc = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    if form == "rotation":
        return {"CDELT1": steps[0], "CDELT2": steps[1], "CROTA2": angle}
    if form == "plain":
        return {"CDELT1": -scale, "CDELT2": scale}
    elements = pc if form == "pc" else steps[:, None] * pc
    named = {f"{form.upper()}{i + 1}_{j + 1}": elements[i, j] for i in (0, 1) for j in (0, 1)}
    return named if form == "cd" else {"CDELT1": steps[0], "CDELT2": steps[1], **named}


def projection_headers(random, code):
    def base(scale, form):
        return {
            **ctypes(code),
            "CRPIX1": random.uniform(1, SHAPE[1]),
            "CRPIX2": random.uniform(1, SHAPE[0]),
            "CRVAL1": random.uniform(0, 360),
            "CRVAL2": random.uniform(-85, 85),
            **matrix(random, scale, form),
            **{f"PV2_{m}": float(value) for m, value in PARAMETERS[code](random).items()},
        }

    yield "all of the sky", {**base(7, "plain"), "CRPIX1": SHAPE[1] / 2 + 0.5, "CRPIX2": SHAPE[0] / 2 + 0.5}
    yield "seconds of arc", base(1 / 3600, "cd")
    yield "a rotation", base(0.4, "rotation")
    yield "an odd LONPOLE and LATPOLE", {**base(3, "pc"), "LONPOLE": random.uniform(-180, 180), "LATPOLE": random.uniform(-90, 90)}
    yield "the southern solution", {**base(4, "pc"), "LATPOLE": -90.0, "CRVAL2": random.uniform(-30, 30)}
    yield "on the equator", {**base(5, "plain"), "CRVAL2": 0.0}
    yield "a pole in CRVAL", {**base(2, "cd"), "CRVAL2": float(random.choice([-90, 90]))}
    yield "a fiducial point of its own", {
        **base(2, "pc"),
        "PV1_0": float(random.choice([0, 1])),
        "PV1_1": random.uniform(-60, 60),
        "PV1_2": random.uniform(20, 80),
        **({"PV1_3": random.uniform(-180, 180)} if random.random() < 0.5 else {}),
    }


def answer(name, header, random, pixels=8, points=4, shape=SHAPE):
    card = fits.Header()
    card["NAXIS"] = len(shape)
    for axis, length in enumerate(reversed(shape)):
        card[f"NAXIS{axis + 1}"] = length
    for key, value in header.items():
        card[key] = value
    wcs = WCS(card)
    count = wcs.naxis
    # FITS order; axes that the array lacks stand at pixel 1.
    index = np.zeros((pixels, count))
    for axis in range(len(shape)):
        index[:, axis] = random.integers(0, shape[-1 - axis], pixels)
    index[0] = 0
    world = wcs.all_pix2world(index, 0)
    lon, lat = wcs.wcs.lng, wcs.wcs.lat
    found = {
        "name": name,
        "header": plain(header),
        "shape": list(shape),
        "pixels": [[int(value) for value in row[: len(shape)][::-1]] for row in index],
        "lon": [None if np.isnan(value) else value for value in world[:, lon]],
        "lat": [None if np.isnan(value) else value for value in world[:, lat]],
    }
    if points and count == 2 and wcs.sip is None:
        sky = np.zeros((points, 2))
        sky[:, lon] = random.uniform(0, 360, points)
        sky[:, lat] = np.degrees(np.arcsin(random.uniform(-1, 1, points)))
        # Near the image too, where all projections show something.
        sky[: points // 2, lon] = header["CRVAL1"] * wcs.wcs.cunit[lon].to("deg") * (1 if lon == 0 else 0) + random.uniform(-1, 1, points // 2)
        back = wcs.wcs_world2pix(sky, 0)
        found["sky"] = sky[:, [lon, lat]].tolist()
        found["back"] = [None if np.isnan(row).any() else row[::-1].tolist() for row in back]
    return found


def refused(name, header, shape=SHAPE):
    return {"name": name, "header": plain(header), "shape": list(shape), "pixels": None}


def plain(header):
    return {key: value.item() if hasattr(value, "item") else value for key, value in header.items()}


def write(name, cases):
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (HERE / name).write_text(f"[\n{lines}\n]\n")


def projections():
    """A header that wcslib refuses stands without pixels, and is drawn again."""
    random = np.random.default_rng(2002)
    for code in PARAMETERS:
        for number in range(len(list(projection_headers(random, code)))):
            for _ in range(9):
                what, header = list(projection_headers(random, code))[number]
                try:
                    yield answer(f"{code}: {what}", header, random)
                    break
                except InvalidTransformError:
                    yield refused(f"{code}: {what}, refused", header)


if __name__ == "__main__":
    write("wcs-projections.json", projections())
