/** The head: what every call reads. Small whatever the number of participants. */
import type { Sha256Hex } from "../protocol/brand.ts";
import { DEFAULT_CONFIG } from "../protocol/limits.ts";
import type { Config, Counters } from "../protocol/records.ts";
import type { InitializingState, KeyEvent, RecoveryState, ResharingState } from "../protocol/state.ts";
import type { RunningOffsets } from "./running-text.ts";

type StoredKeyEvent = Omit<KeyEvent, "parameters">;

/** The state without what lies under keys of its own: the running part, votes and the parameters of key events. */
export type StateHead =
  | { readonly kind: "Running" }
  | (Omit<InitializingState, "generating_key"> & { readonly generating_key: StoredKeyEvent })
  | (Omit<ResharingState, "previous_running_state" | "resharing_key"> & {
      readonly resharing_key: StoredKeyEvent;
    })
  | Omit<RecoveryState, "previous_running_state">;

export interface Head {
  readonly state: StateHead;
  readonly offsets: RunningOffsets;
  readonly hasVotes: boolean;
  readonly keysetHash: Sha256Hex;
  readonly counters: Counters;
  readonly config: () => Config;
}

/** How the head of Running begins. */
export const RUNNING_HEAD = '["Running",';
/** A head that begins with this is of a Running whose answer is what lies under `R`. */
export const PLAIN_RUNNING = '["Running",0,0,';

const SETTINGS = Object.keys(DEFAULT_CONFIG) as readonly (keyof Config)[];

export function encodeHead(head: Head): string {
  const { kind, ...fields } = head.state;
  const { pages, front, gap, back } = head.offsets;
  const config = head.config();
  return JSON.stringify([
    kind,
    pages,
    head.hasVotes ? 1 : 0,
    front,
    gap,
    back,
    head.keysetHash,
    head.counters,
    SETTINGS.map((setting) => config[setting]),
    kind === "Running" ? null : fields,
  ]);
}

export function decodeHead(text: string): Head {
  const stored = JSON.parse(text) as StoredHead;
  const kind = stored[0];
  const fields = stored[9];
  return {
    state: (fields === null ? { kind } : { kind, ...fields }) as StateHead,
    offsets: { pages: stored[1], front: stored[3], gap: stored[4], back: stored[5] },
    hasVotes: stored[2] === 1,
    keysetHash: stored[6],
    counters: stored[7],
    config: () => decodeConfig(stored[8]),
  };
}

type StoredHead = readonly [
  kind: StateHead["kind"],
  pages: number,
  hasVotes: 0 | 1,
  front: number,
  gap: number,
  back: number,
  keysetHash: Sha256Hex,
  counters: Counters,
  settings: readonly Config[keyof Config][],
  fields: object | null,
];

function decodeConfig(settings: readonly Config[keyof Config][]): Config {
  const config: Record<string, Config[keyof Config] | undefined> = {};
  for (let at = 0; at < SETTINGS.length; at++) config[SETTINGS[at] ?? ""] = settings[at];
  return config as unknown as Config;
}
