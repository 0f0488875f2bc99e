import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** A file that is either absent, or the old one, or whole: written beside, brought to the disk, renamed. */
export function writeAtomic(path: string, content: string): void {
  const staged = `${path}.${process.pid}.tmp`;
  const fd = openSync(staged, "w");
  try {
    writeSync(fd, content);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(staged, path);
  syncFolder(dirname(path));
}

/** Brings a folder's entries to the disk, so that a rename in it outlives a power cut. */
export function syncFolder(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true });
}
