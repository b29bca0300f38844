import { join } from "node:path";
import { writeDurably } from "../store/durable-file.ts";
import type { Files } from "../store/files.ts";

/** What the last drill came to; stands beside the journal, since a drill also runs beside the service. */
export interface DrillRecord {
  readonly format: "mpc-recovery-drill-v1";
  readonly at_millis: number;
  /** Of the block that showed the keyset. */
  readonly height: number;
  readonly epoch_id: number;
  readonly keyset_hash: string;
  /** How many shares were restored and proven. */
  readonly shares: number;
  readonly outcome: "passed" | "failed";
  /** Why it failed, in one line; empty when it passed. */
  readonly reason: string;
}

const NAME = "last-drill.json";

/** Replaces the record of the drill before. */
export function writeDrillRecord(files: Files, dataFolder: string, record: DrillRecord): Promise<void> {
  return writeDurably(files, join(dataFolder, NAME), Buffer.from(`${JSON.stringify(record)}\n`));
}

/** The last drill; `undefined` when there was none or its record can't be read, which comes to the same. */
export async function readDrillRecord(files: Files, dataFolder: string): Promise<DrillRecord | undefined> {
  const bytes = await files.read(join(dataFolder, NAME));
  if (bytes === undefined) return undefined;
  try {
    return parseRecord(JSON.parse(Buffer.from(bytes).toString("utf8")));
  } catch {
    return undefined;
  }
}

function parseRecord(value: unknown): DrillRecord | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { format, at_millis, height, epoch_id, keyset_hash, shares, outcome, reason } = value as Record<
    string,
    unknown
  >;
  if (format !== "mpc-recovery-drill-v1" || typeof keyset_hash !== "string") return undefined;
  if (typeof at_millis !== "number" || typeof height !== "number") return undefined;
  if (typeof epoch_id !== "number" || typeof shares !== "number" || typeof reason !== "string")
    return undefined;
  if (outcome !== "passed" && outcome !== "failed") return undefined;
  return { format, at_millis, height, epoch_id, keyset_hash, shares, outcome, reason };
}
