"""(value, units, calendar) -> ISO 8601, by cftime. Writes cf-times.json beside the samples."""
import json, os, random
import cftime, numpy as np

random.seed(20260101)
HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CALENDARS = ["standard", "gregorian", "proleptic_gregorian", "julian", "noleap", "365_day", "all_leap", "366_day", "360_day"]
UNITS = {"microseconds": 1, "milliseconds": 1e3, "seconds": 1e6, "minutes": 6e7, "hours": 3.6e9, "days": 8.64e10, "h": 3.6e9, "sec": 1e6, "d": 8.64e10}
REFERENCES = ["0001-01-01 00:00:00", "1582-10-15", "1582-10-04 12:00", "1850-01-01", "1900-1-1 0:0:0.0", "1970-01-01T00:00:00Z",
              "1958-06-30 23:59:59.75", "2000-02-28 06:30:00 +05:30", "2000-01-01 12:00:00 -0800", "-4713-01-01 12:00:00", "2100-02-01",
              "1500-02-28", "-0001-12-30", "1800-01-01 00:00:0.0", "1981-01-01 00:00:00 UTC", "0400-03-01 00:00"]
rows = []
while len(rows) < 360:
    calendar, unit, reference = random.choice(CALENDARS), random.choice(list(UNITS)), random.choice(REFERENCES)
    days = random.choice([1, 60, 400, 40_000, 800_000]) * random.uniform(-1, 1)
    value = days * 8.64e10 / UNITS[unit]
    value = random.choice([value, round(value), round(value, 3), float(np.float32(value))])
    units = f"{unit} since {reference}"
    date = cftime.num2date(value, units, calendar)
    rows.append([value, units, calendar, f"{date.isoformat()}"])
with open(os.path.join(HERE, "cf-times.json"), "w") as f:
    f.write('{"origin": "cftime ' + cftime.__version__ + ', sample-data/generators/cf-times.py", "columns": ["value", "units", "calendar", "date"], "rows": [\n')
    f.write(",\n".join(json.dumps(r) for r in rows) + "\n]}\n")
