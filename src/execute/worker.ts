import { parentPort, workerData } from "node:worker_threads";
import { asGraticuleError } from "../errors.js";
import { MemberCache } from "../scan/member-cache.js";
import type { FromWorker, ToWorker, WorkerStart } from "./messages.js";
import { runTask } from "./run-task.js";

/** A worker thread: one task at a time, each error back as plain data with its tag and places. */
const { file, dest } = workerData as WorkerStart;
const port = parentPort;
if (!port) throw new TypeError("this module is the entry of a worker thread");
const post = (message: FromWorker): void => port.postMessage(message);
const cache = new MemberCache(file.plan.members, { parallel: false, limit: 8 });

port.on("message", (message: ToWorker) => {
  if (message.kind === "stop") {
    cache.close().finally(() => port.close());
    return;
  }
  runTask(file, dest, message.task, message.attempt, cache).then(
    (done) => post({ kind: "done", done }),
    (error) => {
      const own = asGraticuleError(error);
      post({ kind: "failed", task: message.task, error: own.toJSON(), ...(own.stack && { stack: own.stack }) });
    },
  );
});
post({ kind: "ready" });
