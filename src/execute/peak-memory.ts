import { readFileSync } from "node:fs";
import { resourceUsage } from "node:process";

/** Largest resident memory of this process so far, in bytes. */
export function peakMemory(): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
    if (kilobytes) return Number(kilobytes) * 1024;
  } catch (error) {
    // Only Linux has this file.
    if ((error as { code?: unknown }).code !== "ENOENT") throw error;
  }
  return resourceUsage().maxRSS * 1024;
}
