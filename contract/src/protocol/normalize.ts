/**
 * Lazy expiry: at `expires_on` an open Recovery is its `previous_running_state`, and an attempt at a key event is gone.
 * Source: contract.md §2.
 */
import type { AccountId, BlockHeight } from "./brand.ts";
import type { Context, Lookup } from "./context.ts";
import type { ProtocolEvent } from "./events.ts";
import { type AccountRecord, EMPTY_RECORD } from "./records.ts";
import { afterFailedRecovery } from "./rules/account-record.ts";
import { settleAttempt } from "./rules/key-events.ts";
import { heldTlsKeys } from "./rules/tls-keys.ts";
import type { ProtocolState, RecoveryState } from "./state.ts";

/** The state as it is at this height; what every command and view starts from. */
export function normalize(state: ProtocolState, height: BlockHeight): ProtocolState {
  return isExpired(state, height) ? state.previous_running_state : withoutExpiredAttempt(state, height);
}

/** The state at this height with what the passing of blocks left to be stored. */
export interface Settled {
  readonly state: ProtocolState;
  readonly context: Context;
  readonly records: readonly (readonly [AccountId, AccountRecord])[];
  readonly events: readonly ProtocolEvent[];
}

export function settle(state: ProtocolState, context: Context): Settled {
  if (!isExpired(state, context.height)) {
    return { state: withoutExpiredAttempt(state, context.height), context, records: [], events: [] };
  }
  const { account_id, expires_on } = state.recovering;
  const record = expiredRecord(state, context);
  return {
    state: state.previous_running_state,
    context: { ...context, lookup: lookupAfterExpiry(state, record, context.lookup) },
    records: [[account_id, record]],
    events: [
      {
        event: "recovery_expired",
        data: { recovery_id: state.recovery_id, account_id, expired_on: expires_on },
      },
    ],
  };
}

/** The account's record as a view shows it at this height. */
export function settledRecord(
  state: ProtocolState,
  account: AccountId,
  context: Pick<Context, "height" | "config" | "lookup">,
): AccountRecord | undefined {
  const expired = isExpired(state, context.height) && state.recovering.account_id === account;
  return expired ? expiredRecord(state, context) : context.lookup.record(account);
}

/** The same object when no attempt at a key event expired. */
function withoutExpiredAttempt(state: ProtocolState, height: BlockHeight): ProtocolState {
  if (state.kind === "Initializing") {
    const generating_key = settleAttempt(state.generating_key, height);
    return generating_key === state.generating_key ? state : { ...state, generating_key };
  }
  if (state.kind === "Resharing") {
    const resharing_key = settleAttempt(state.resharing_key, height);
    return resharing_key === state.resharing_key ? state : { ...state, resharing_key };
  }
  return state;
}

function isExpired(state: ProtocolState, height: BlockHeight): state is RecoveryState {
  return state.kind === "Recovery" && height >= state.recovering.expires_on;
}

function expiredRecord(state: RecoveryState, context: Pick<Context, "config" | "lookup">): AccountRecord {
  const { account_id, expires_on } = state.recovering;
  const record = context.lookup.record(account_id) ?? EMPTY_RECORD;
  const endsOn = (expires_on + context.config.recovery_cooldown_blocks) as BlockHeight;
  return afterFailedRecovery(record, state, "expired", endsOn);
}

/** What is stored still shows the expired Recovery; rules must see what holds now. */
function lookupAfterExpiry(state: RecoveryState, record: AccountRecord, stored: Lookup): Lookup {
  const account = state.recovering.account_id;
  const freed = state.recovering.prospective_info.tls_public_key;
  const stillHeld = (): boolean =>
    heldTlsKeys(account, state.previous_running_state, stored.member(account), record).includes(freed);
  return {
    member: (asked) => stored.member(asked),
    record: (asked) => (asked === account ? record : stored.record(asked)),
    updates: () => stored.updates(),
    requests: () => stored.requests(),
    request: (id) => stored.request(id),
    transparency: stored.transparency,
    tlsKeyHolder: (key) => (key === freed && !stillHeld() ? undefined : stored.tlsKeyHolder(key)),
  };
}
