/// <reference path="../../engine/env.d.ts" />
/** Proposed updates: the list under `U`, each code under `u:<id>` as the arguments that brought it. */
import type { UpdateId } from "../protocol/brand.ts";
import { refuse } from "../protocol/errors.ts";
import { NO_UPDATES, type UpdateProposal, type Updates } from "../protocol/records.ts";
import { readText, UPDATES_KEY } from "./storage-layout.ts";

const codeKey = (id: UpdateId): string => `u:${id}`;
/** Before the code in the arguments: that there is one, and its length. */
const CODE_OFFSET = 5;
/** For the new code to check what is stored, the most there can be; what it leaves comes back. */
const MIGRATE_GAS = 100_000_000_000_000n;
const INPUT_REGISTER = 0;

export function readUpdates(): Updates {
  const text = readText(UPDATES_KEY);
  return text === null ? NO_UPDATES : (JSON.parse(text) as Updates);
}

/** Stores the list, the code of a new proposal out of the arguments of this call, and removes that of proposals gone. */
export function saveUpdates(before: Updates, after: Updates): void {
  for (const proposal of before.proposals) {
    if (hasCode(proposal) && !isListed(after, proposal)) env.storage_remove(codeKey(proposal.id));
  }
  for (const proposal of after.proposals) {
    if (hasCode(proposal) && !isListed(before, proposal)) storeCode(proposal.id);
  }
  env.storage_write(UPDATES_KEY, JSON.stringify(after));
}

/** Deploys the code and calls its `migrate`: both take effect or neither does. */
export function deployUpdate(id: UpdateId): void {
  const { code_bytes } = readUpdates().proposals.find((proposal) => proposal.id === id) ?? { code_bytes: 0 };
  const stored = env.storage_read(codeKey(id)) ?? refuse("UNREADABLE_STATE", { part: codeKey(id) });
  const batch = env.promise_batch_create(env.current_account_id());
  env.promise_batch_action_deploy_contract(batch, stored.subarray(CODE_OFFSET, CODE_OFFSET + code_bytes));
  env.promise_batch_action_function_call(batch, "migrate", "", 0n, MIGRATE_GAS);
}

function storeCode(id: UpdateId): void {
  env.input(INPUT_REGISTER);
  env.storage_write(codeKey(id), INPUT_REGISTER);
}

function hasCode({ code_sha256 }: UpdateProposal): boolean {
  return code_sha256 !== null;
}

function isListed({ proposals }: Updates, { id }: UpdateProposal): boolean {
  return proposals.some((proposal) => proposal.id === id);
}
