import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

/** A script that starts a one-node Ceph cluster with its S3 gateway (`start DIR`, `stop DIR`, `wipe DIR`); kept beside the checkout. */
const shared = process.env.GRATICULE_SHARED ?? join(import.meta.dirname, "../../../shared");
const tool = join(shared, "tools/ceph-s3");

/** Whether the gateway can be started without installing anything. */
export const hasCeph =
  existsSync(tool) && (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, "radosgw")));

export interface Ceph {
  readonly endpoint: string;
  /** Variables of the AWS environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Sends a signal to the gateway, or starts it again. */
  gateway(what: "STOP" | "CONT" | "KILL" | "start"): Promise<void>;
  stop(): void;
}

export function startCeph(): Ceph {
  const folder = mkdtempSync(join(tmpdir(), "graticule-ceph-"));
  const run = (...args: string[]): string => execFileSync(tool, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const env = Object.fromEntries(
    [...run("start", folder).matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );
  return {
    endpoint: env.AWS_ENDPOINT_URL_S3 as string,
    env,
    async gateway(what) {
      await promisify(execFile)(tool, what === "start" ? ["start", folder] : ["signal", folder, "rgw", what]);
    },
    stop() {
      run("wipe", folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
