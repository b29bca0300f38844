import type { Evidence } from "./evidence.ts";

/** Where a program gets evidence about itself: for 64 bytes of report data. Rejects when the platform doesn't answer. */
export type Attest = (reportData: Uint8Array) => Promise<Evidence>;
