/** The best that can be done: all byte ranges at once, known beforehand, and nothing decoded. Usage: remote-floor.mjs URL RANGES RUNS */
import { Agent, get } from "node:http";

const [url, ranges, runs] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });
const fetchRange = ([offset, length]) =>
  new Promise((resolve, reject) => {
    get(url, { agent, headers: { range: `bytes=${offset}-${offset + length - 1}` } }, (response) => {
      let got = 0;
      response.on("data", (piece) => {
        got += piece.length;
      });
      response.on("end", () => resolve(got));
    }).on("error", reject);
  });
const took = [];
for (let run = 0; run < Number(runs); run++) {
  const started = performance.now();
  await Promise.all(JSON.parse(ranges).map(fetchRange));
  took.push((performance.now() - started) / 1000);
}
process.stdout.write(`- - ${Math.min(...took).toFixed(4)}\n`);
