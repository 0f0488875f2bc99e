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
        # wcslib looks for the polar facets of HPX where they would be without the offset.
        "PV1_0": float(random.choice([0, 1])) if code != "HPX" else 0.0,
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
    # With a distortion, or the limb of SZP (where wcslib is too strict), only points that the image shows.
    shown = any(word in name for word in ("SIP", "TPV", "SZP"))
    if points and count == 2 and not shown:
        sky = np.zeros((points, 2))
        sky[:, lon] = random.uniform(0, 360, points)
        sky[:, lat] = np.degrees(np.arcsin(random.uniform(-1, 1, points)))
        # Near the image too, where all projections show something.
        sky[: points // 2] = wcs.wcs.crval + random.uniform(-1, 1, (points // 2, 2))
        sky[:, lat] = np.clip(sky[:, lat], -89.9, 89.9)
        back = wcs.wcs_world2pix(sky, 0)
        found["sky"] = sky[:, [lon, lat]].tolist()
        found["back"] = [None if not np.isfinite(row).all() else row[::-1].tolist() for row in back]
    elif points and count == 2:
        back = random.uniform(-3, 30, (points, 2))
        sky = wcs.all_pix2world(back, 0)
        if "SZP" in name:
            back = wcs.wcs_world2pix(sky, 0)
        seen = np.isfinite(back).all(axis=1)
        found["sky"] = sky[seen][:, [lon, lat]].tolist()
        found["back"] = back[seen][:, ::-1].tolist()
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


TAN = {**ctypes("TAN"), "CRPIX1": 20.3, "CRPIX2": 11.8, "CRVAL1": 359.9, "CRVAL2": 61.5}
CD = {"CD1_1": -3e-3, "CD1_2": 4e-4, "CD2_1": 3.5e-4, "CD2_2": 3.1e-3}
STEPS = {"CDELT1": -3e-3, "CDELT2": 3.1e-3}
SIP = {
    **TAN,
    **CD,
    **ctypes("TAN-SIP"),
    "A_ORDER": 3,
    "B_ORDER": 2,
    "A_2_0": 2.1e-4,
    "A_0_2": -1.3e-4,
    "A_1_1": 3e-5,
    "A_2_1": 1.1e-6,
    "A_0_3": -2e-6,
    "B_2_0": -1.7e-4,
    "B_1_1": 2.2e-4,
    "B_0_2": 9e-5,
}
TERMS = {1: 1.001, 2: -2e-3, 3: 1e-3, 4: 2e-3, 5: -3e-3, 6: 1e-3, 7: 4e-3, 8: 1e-3, 9: 2e-3, 10: -1e-3, 11: 3e-3}
HIGH_TERMS = {m: (-1) ** m * 1e-3 / (m - 9) for m in range(12, 40)}


def pv(axis, terms):
    return {f"PV{axis}_{m}": value for m, value in terms.items()}


def header_variants():
    """Each with the shape of its image."""
    cube = (3, 5, 20, 30)
    yield "CDELT alone", {**TAN, **STEPS}, SHAPE
    yield "no CDELT", {**ctypes("CAR"), "CRPIX1": 5.0, "CRPIX2": 7.0, "CRVAL1": 10.0, "CRVAL2": 0.0}, SHAPE
    yield "CROTA2 by steps of two sizes", {**TAN, **STEPS, "CROTA1": 11.0, "CROTA2": 33.0}, SHAPE
    yield "CROTA1 alone, which is not read", {**TAN, **STEPS, "CROTA1": 33.0}, SHAPE
    yield "CD of which half is absent", {**TAN, "CD1_1": -3e-3, "CD2_2": 3e-3}, SHAPE
    yield "CD beside CDELT", {**TAN, **CD, **STEPS}, SHAPE
    yield "CD beside CROTA2", {**TAN, **CD, **STEPS, "CROTA2": 20.0}, SHAPE
    yield "PC beside CROTA2", {**TAN, **STEPS, "PC1_2": 0.2, "PC2_1": -0.2, "CROTA2": 20.0}, SHAPE
    yield "PC of the draft", {**TAN, **STEPS, "PC001001": 0.9, "PC001002": 0.2, "PC002001": -0.2, "PC002002": 0.9}, SHAPE
    yield "latitude first", {**TAN, **CD, "CTYPE1": "DEC--TAN", "CTYPE2": "RA---TAN", "CRVAL1": 61.5, "CRVAL2": 359.9}, SHAPE
    yield "latitude first, CROTA1", {**TAN, **STEPS, "CTYPE1": "DEC--TAN", "CTYPE2": "RA---TAN", "CRVAL1": 61.5, "CRVAL2": 359.9, "CROTA1": 12.0, "CROTA2": 31.0}, SHAPE
    for unit, factor in (("arcsec", 3600), ("arcmin", 60), ("rad", np.pi / 180), ("mas", 3.6e6), ("deg", 1)):
        yield f"in {unit}", {
            **TAN,
            **{key: value * factor for key, value in CD.items()},
            "CRVAL1": 359.9 * factor,
            "CRVAL2": 61.5 * factor,
            "CUNIT1": unit,
            "CUNIT2": unit,
        }, SHAPE
    yield "galactic, the reference negative", {**TAN, **CD, **ctypes("SIN", ("GLON", "GLAT")), "CRVAL1": -3.0, "CRVAL2": -0.01}, SHAPE
    yield "ecliptic", {**TAN, **CD, **ctypes("AIT", ("ELON", "ELAT"))}, SHAPE
    yield "helioprojective", {**TAN, **CD, **ctypes("TAN", ("HPLN", "HPLT")), "CRVAL1": 0.0, "CRVAL2": 0.0}, SHAPE
    yield "GLS", {**TAN, **STEPS, **ctypes("GLS"), "CROTA2": 15.0}, SHAPE
    yield "GLS on the whole sky", {**TAN, **ctypes("GLS"), "CDELT1": -7.0, "CDELT2": 5.0, "CRVAL1": 100.0, "CRVAL2": -20.0}, SHAPE
    yield "NCP", {**TAN, **STEPS, **ctypes("NCP")}, SHAPE
    yield "NCP in the south", {**TAN, **ctypes("NCP"), "CRVAL2": -50.0, "CDELT1": -2.0, "CDELT2": 2.0}, SHAPE
    yield "LONPOLE", {**TAN, **CD, "LONPOLE": 150.0}, SHAPE
    yield "LONPOLE 999", {**TAN, **CD, "LONPOLE": 999.0}, SHAPE
    yield "PV1_3 beside LONPOLE", {**TAN, **CD, **ctypes("ZEA"), "LONPOLE": 150.0, "PV1_3": 120.0}, SHAPE
    yield "PROJP", {**TAN, **STEPS, **ctypes("SIN"), "PROJP1": 0.3, "PROJP2": -0.2}, SHAPE
    yield "a latitude beyond the pole", {**TAN, **CD, "CRVAL2": 91.0}, SHAPE
    yield "CAR that is 380 degrees wide", {**ctypes("CAR"), "CRPIX1": 24.5, "CRPIX2": 17.0, "CRVAL1": 0.0, "CRVAL2": 0.0, "CDELT1": -8.0, "CDELT2": 6.0}, SHAPE
    yield "CAR far from its reference", {**ctypes("CAR"), "CRPIX1": -60.0, "CRPIX2": 17.0, "CRVAL1": 0.0, "CRVAL2": 0.0, "CDELT1": 2.0, "CDELT2": 1.0}, SHAPE
    yield "CAR with the reference off the equator", {**ctypes("CAR"), "CRPIX1": 24.5, "CRPIX2": 17.0, "CRVAL1": 30.0, "CRVAL2": 40.0, "CDELT1": -2.0, "CDELT2": 2.0}, SHAPE
    yield "SIP", SIP, SHAPE
    yield "SIP that CTYPE does not name", {**SIP, **ctypes("TAN")}, SHAPE
    yield "SIP of another projection", {**SIP, **ctypes("ARC-SIP")}, SHAPE
    yield "SIP with its inverse", {**SIP, "AP_ORDER": 2, "BP_ORDER": 2, "AP_1_0": 1e-6, "AP_2_0": -2.1e-4, "BP_2_0": 1.7e-4}, SHAPE
    yield "SIP of linear terms", {**SIP, "A_1_0": 1e-3, "A_0_0": 0.2, "B_0_1": -2e-3}, SHAPE
    yield "-SIP without terms", {**TAN, **CD, **ctypes("TAN-SIP")}, SHAPE
    yield "TPV", {**TAN, **CD, **ctypes("TPV"), **pv(1, TERMS), **pv(2, {m: -v if m > 1 else v for m, v in TERMS.items()})}, SHAPE
    wide = {**TAN, **ctypes("TPV"), "CD1_1": -0.05, "CD1_2": 0.0, "CD2_1": 0.0, "CD2_2": 0.05}
    yield "TPV to the highest degree", {**wide, **pv(1, {**TERMS, **HIGH_TERMS}), **pv(2, {**TERMS, **HIGH_TERMS})}, SHAPE
    yield "TAN with the terms of TPV", {**TAN, **CD, **pv(1, TERMS), **pv(2, TERMS)}, SHAPE
    yield "TAN with terms that are no TPV yet", {**TAN, **CD, **pv(1, {0: 0.0, 1: 1.0, 2: 0.0}), **pv(2, {0: 0.0, 1: 1.001, 2: 0.0})}, SHAPE
    yield "TAN with a term of TPV on the longitude axis", {**TAN, **CD, "PV1_1": 1.0, "PV1_5": 1e-3, "PV2_1": 1.0}, SHAPE
    yield "TAN with parameters of the latitude axis, which it has not", {**TAN, **CD, "PV2_0": 0.1, "PV2_1": 1.001, "PV2_4": 0.3}, SHAPE
    yield "a cube", {
        **TAN,
        **STEPS,
        "CTYPE3": "VOPT",
        "CRPIX3": 2.0,
        "CRVAL3": -9960.07902777,
        "CDELT3": 66.423,
        "CUNIT3": "m/s",
        "CTYPE4": "STOKES",
        "CRPIX4": 1.0,
        "CRVAL4": 1.0,
        "CDELT4": 1.0,
    }, cube
    yield "a cube with the sky last", {
        "CTYPE1": "FREQ",
        "CRPIX1": 1.0,
        "CRVAL1": 1.4e9,
        "CDELT1": 1e6,
        "CTYPE2": "STOKES",
        "CRPIX2": 1.0,
        "CRVAL2": 1.0,
        "CDELT2": 1.0,
        "CTYPE3": "RA---SIN",
        "CRPIX3": 3.0,
        "CRVAL3": 120.0,
        "CDELT3": -0.1,
        "CTYPE4": "DEC--SIN",
        "CRPIX4": 2.0,
        "CRVAL4": 30.0,
        "CDELT4": 0.1,
        "CROTA4": 10.0,
    }, cube
    yield "sky that drifts along the third axis", {**TAN, **STEPS, "CTYPE3": "FREQ", "CRPIX3": 2.0, "CRVAL3": 1e9, "CDELT3": 1e6, "PC1_3": 0.5, "PC2_3": -0.25}, cube[1:]
    yield "a slit: more world axes than the array has", {
        "WCSAXES": 3,
        "CTYPE1": "WAVE",
        "CRPIX1": 1.0,
        "CRVAL1": 4e-7,
        "CDELT1": 1e-10,
        "CUNIT1": "m",
        "CTYPE2": "RA---TAN",
        "CRPIX2": 10.0,
        "CRVAL2": 50.0,
        "CDELT2": -1e-3,
        "CTYPE3": "DEC--TAN",
        "CRPIX3": 1.0,
        "CRVAL3": 20.0,
        "CDELT3": 1e-3,
        "PC3_2": 0.3,
    }, SHAPE


def variants():
    random = np.random.default_rng(2003)
    for name, header, shape in header_variants():
        try:
            yield answer(name, header, random, 6, 4, shape)
        except InvalidTransformError:
            yield refused(name, header, shape)


def linear_axes():
    """Coordinates along axes that are not celestial, in SI units as wcslib gives them."""
    spectrum = {"CRPIX1": 2.5, "CRVAL1": 5e-7, "CDELT1": 2e-9, "CUNIT1": "m"}
    yield "WAVE", {"CTYPE1": "WAVE", **spectrum}, (7,)
    yield "WAVE-LOG", {"CTYPE1": "WAVE-LOG", **spectrum}, (7,)
    yield "AWAV", {"CTYPE1": "AWAV", **spectrum}, (7,)
    yield "FREQ by CD", {"CTYPE1": "FREQ", "CRPIX1": -3.0, "CRVAL1": 1.42e9, "CD1_1": -1.5e5, "CUNIT1": "Hz"}, (5,)
    yield "FREQ-LSR of AIPS", {"CTYPE1": "FREQ-LSR", "CRPIX1": 1.0, "CRVAL1": 1.42e9, "CDELT1": 1e5}, (5,)
    yield "VELO-HEL of AIPS", {"CTYPE1": "VELO-HEL", "CRPIX1": 1.0, "CRVAL1": -2e4, "CDELT1": 500.0, "CUNIT1": "m/s"}, (5,)
    yield "STOKES", {"CTYPE1": "STOKES", "CRPIX1": 1.0, "CRVAL1": -5.0, "CDELT1": -1.0}, (4,)
    yield "no CTYPE", {"CRPIX1": 1.0, "CRVAL1": 100.0, "CDELT1": 0.5}, (4,)
    yield "two axes, each along the other's pixels", {
        "CTYPE1": "FREQ",
        "CRPIX1": 1.0,
        "CRVAL1": 1e9,
        "CUNIT1": "Hz",
        "CTYPE2": "STOKES",
        "CRPIX2": 2.0,
        "CRVAL2": 1.0,
        "CD1_2": 1e6,
        "CD2_1": 1.0,
    }, (3, 4)
    yield "a cube", next(header for name, header, _ in header_variants() if name == "a cube"), (3, 5, 20, 30)


def linear():
    for name, header, shape in linear_axes():
        wcs = WCS(fits.Header({"NAXIS": len(shape), **{f"NAXIS{i + 1}": n for i, n in enumerate(reversed(shape))}, **header}))
        found = []
        for axis in range(wcs.naxis):
            if axis in (wcs.wcs.lng, wcs.wcs.lat):
                continue
            # The pixel axis on which this world axis depends.
            along = int(np.flatnonzero(wcs.pixel_scale_matrix[axis])[0])
            pixels = np.ones((shape[-1 - along], wcs.naxis))
            pixels[:, along] = np.arange(1, len(pixels) + 1)
            found.append({"axis": len(shape) - 1 - along, "values": wcs.all_pix2world(pixels, 1)[:, axis].tolist()})
        yield {"name": name, "header": plain(header), "shape": list(shape), "linear": found}


if __name__ == "__main__":
    write("wcs-projections.json", projections())
    write("wcs-headers.json", variants())
    write("wcs-linear.json", linear())
