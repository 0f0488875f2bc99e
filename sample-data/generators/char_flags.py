"""Characters with a fill value: sample-data/char-flags/flags.nc. Needs netCDF4."""
import os
import netCDF4
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
with netCDF4.Dataset(os.path.join(here, "..", "char-flags", "flags.nc"), "w", format="NETCDF3_CLASSIC") as d:
    d.createDimension("level", 4)
    d.createDimension("letters", 3)
    d.createVariable("level", "i4", ("level",))[:] = np.arange(4)
    flag = d.createVariable("flag", "S1", ("level",), fill_value=" ")
    flag[:] = np.array([b"1", b" ", b"4", b" "], "S1")
    name = d.createVariable("name", "S1", ("level", "letters"), fill_value="*")
    name[:] = np.array([list("abc"), list("***"), list("a* "), list("x  ")], "S1")
