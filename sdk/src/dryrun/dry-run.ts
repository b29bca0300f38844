import type { AccountId, BlockHeight, SignerKey, UnixSeconds } from "../../../contract/src/protocol/brand.ts";
import type { Outcome, Transfer } from "../../../contract/src/protocol/context.ts";
import { attempt, type ProtocolError, type Result, refuse } from "../../../contract/src/protocol/errors.ts";
import type { ProtocolEvent } from "../../../contract/src/protocol/events.ts";
import type { ProtocolState } from "../../../contract/src/protocol/state.ts";
import { transition } from "../../../contract/src/protocol/transition.ts";
import { type BlockReference, FINAL, type ReadContract, type ViewOutcome } from "../client/read-contract.ts";
import { parseKey } from "../crypto/key-texts.ts";
import { ContractError } from "../errors/contract-error.ts";
import { type AnyCall, admitCall, takesAnyKey, usualDepositYocto, usualGas } from "./admit-call.ts";
import { readSnapshot } from "./contract-snapshot.ts";
import { PORTS } from "./ports.ts";
import { readRequests } from "./read-requests.ts";
import { transparencyAt } from "./read-transparency.ts";
import { type StoredAccounts, storedAccounts } from "./stored-accounts.ts";

/** Where a dry run looks. */
export interface DryRunOptions {
  readonly reader: ReadContract;
  readonly contractId: string;
  /** The block whose state it starts from. Default: `final`. */
  readonly at?: BlockReference;
  /** Candidates that no proposal lists yet; whether such a one holds a TLS key can't be known otherwise. */
  readonly alsoRead?: readonly string[];
  readonly signal?: AbortSignal;
}

/** A call that might be made. */
export type DryCall = AnyCall & {
  readonly accountId: string;
  /** `<kind>:<base58>`: the access key that would sign. */
  readonly signerKey: string;
  /** Default: what the method's action attaches. */
  readonly depositYocto?: bigint;
  /** Height at which it would be carried out. Default: the block after the one that was read. */
  readonly height?: number;
  /** That block's time in Unix seconds. Default: now, by this machine's clock. */
  readonly time?: number;
};

/** What the call would do. Numbers that no view shows (the next ids of recoveries and updates …) are NaN in it. */
export type Foreseen =
  | {
      readonly kind: "changes";
      readonly state: ProtocolState;
      readonly events: readonly ProtocolEvent[];
      /** JSON that the call would answer; undefined for nothing. */
      readonly returns: unknown;
      /** Money that the contract would send, in yocto. */
      readonly transfers: readonly Transfer[];
    }
  /** The contract would take the call and store nothing. */
  | { readonly kind: "no_effect"; readonly returns: unknown; readonly transfers: readonly Transfer[] }
  | { readonly kind: "refused"; readonly error: ContractError };

/** Dry runs on the contract as it is at one block. What was read once is not read again. */
export interface DryRuns {
  readonly block: Pick<ViewOutcome, "blockHeight" | "blockHash">;
  readonly state: ProtocolState;
  /** What would happen if this were called now. Throws what view actions throw, and KeyError. */
  foresee(call: DryCall): Promise<Foreseen>;
}

/**
 * Reads the contract for dry runs: the same code that the contract runs, on what its views show. Nothing is sent.
 *
 * Not foreseen: that the access key lacks the method or the money, other calls that come first, a
 * `TLS_KEY_TAKEN` by a candidate that neither a proposal nor `alsoRead` names, and the event of an expired
 * Recovery that still waits to be stored. Throws what view actions throw.
 */
export async function openDryRuns(options: DryRunOptions): Promise<DryRuns> {
  const { reader, contractId, at = FINAL, alsoRead = [], signal } = options;
  const snapshot = await readSnapshot(reader, at, signal);
  const { block, state, config, counters, updates } = snapshot;
  const accounts = storedAccounts(reader, snapshot, alsoRead as readonly AccountId[], signal);
  const pinned = { at: { hash: block.blockHash }, ...(signal && { signal }) };
  const readTransparency = transparencyAt(reader, pinned);
  return {
    block,
    state,
    foresee: async (call) => {
      const depositYocto = call.depositYocto ?? usualDepositYocto(call.method);
      const key = parseKey(call.signerKey);
      const admitted = attempt(() => {
        const command = admitCall(call, depositYocto);
        if (key.kind === "ed25519" || takesAnyKey(call.method)) return command;
        return refuse("UNSUPPORTED_KEY_TYPE", { found: key.kind, expected: "ed25519" });
      });
      if (!admitted.ok) return foreseen(state, admitted);
      const requests = await readRequests(reader, call.method, pinned);
      const transparency = await readTransparency(admitted.value);
      const context = {
        caller: call.accountId as AccountId,
        signerKey: call.signerKey as SignerKey,
        height: (call.height ?? block.blockHeight + 1) as BlockHeight,
        time: (call.time ?? Math.floor(Date.now() / 1000)) as UnixSeconds,
        depositYocto,
        prepaidGas: usualGas(call.method),
        contractId: contractId as AccountId,
        config,
        counters,
        ports: PORTS,
        lookup: { ...accounts.lookup, updates: () => updates, ...requests, transparency },
      };
      return await untilRead(accounts, () => foreseen(state, transition(state, admitted.value, context)));
    },
  };
}

/** One dry run: `openDryRuns` and `foresee` in one. Throws what they throw. */
export async function dryRun(options: DryRunOptions, call: DryCall): Promise<Foreseen> {
  return await (await openDryRuns(options)).foresee(call);
}

/** Repeats the pure computation until all that it looks up has been read; each round reads something new. */
async function untilRead(accounts: StoredAccounts, compute: () => Foreseen): Promise<Foreseen> {
  for (;;) {
    try {
      return compute();
    } catch (thrown) {
      if (!(await accounts.readWhatLacked(thrown))) throw thrown;
    }
  }
}

function foreseen(before: ProtocolState, result: Result<Outcome, ProtocolError> | Refused): Foreseen {
  if (!result.ok) {
    const { name, info } = result.error;
    return { kind: "refused", error: new ContractError({ code: name, info: { ...info } }) };
  }
  const { state, events, returns, transfers = [] } = result.value;
  if (events.length === 0 && state === before) return { kind: "no_effect", returns, transfers };
  return { kind: "changes", state, events, returns, transfers };
}

type Refused = Extract<Result<never, ProtocolError>, { readonly ok: false }>;
