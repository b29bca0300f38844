import { currentKeyset, membersOf, thresholdOf } from "../../../contract/src/protocol/rules/members.ts";
import type { InitializedState, KeyEvent, ProtocolState } from "../../../contract/src/protocol/state.ts";
import { keysetHash } from "../../../sdk/src/crypto/keyset-hash.ts";
import type { Inspected } from "../../../sdk/src/inspect/inspected.ts";
import type { OpenRecovery } from "../../../sdk/src/inspect/recovery-report.ts";
import { BACKUP_WORDS } from "../../../sdk/src/inspect/render/render-backups.ts";
import { count, duration } from "../../../sdk/src/inspect/render/wording.ts";
import { requestsSentence } from "../../../sdk/src/inspect/requests-report.ts";
import { type Child, h } from "./dom.ts";
import type { Look } from "./look.ts";

/** What is going on, in a sentence and what belongs to it. */
export function summary({ block, value }: Inspected<Look>): readonly Child[] {
  const { recovery, state } = value;
  return [
    h("p", { class: `badge ${state.kind}` }, state.kind),
    h("p", { class: "lead" }, sentence(state, value)),
    ...(recovery.open === null ? [] : recoveryParts(recovery.open, block.height, block.blockMillis)),
    ...(state.kind === "Resharing" ? [keyEventProgress(state.resharing_key)] : []),
    ...(state.kind === "Initializing" ? [keyEventProgress(state.generating_key)] : []),
    ...(state.kind === "NotInitialized" ? [] : [facts(state, value)]),
  ];
}

function sentence(state: ProtocolState, { backups, requests }: Look): string {
  const signs = requestsSentence(requests);
  switch (state.kind) {
    case "NotInitialized":
      return "The contract is deployed, but nobody has started it.";
    case "Initializing":
      return `The participants are generating the key of domain ${state.generating_key.domain.id}. ${signs}`;
    case "Running": {
      const missing = backups.accounts.filter(({ status }) => status !== "fresh").length;
      const has = missing === 1 ? "has" : "have";
      const gap = `${count(missing, "participant")} ${has} no fresh backup.`;
      return `${signs} ${missing === 0 ? "Every participant has a fresh backup." : gap}`;
    }
    case "Resharing": {
      const { epoch_id, parameters } = state.resharing_key;
      const proposed = count(parameters.participants.participants.length, "participant");
      return `The keys are moving to ${proposed} of epoch ${epoch_id}. ${signs}`;
    }
    case "Recovery":
      return `${state.recovering.account_id} is coming back on a new machine. ${signs}`;
  }
}

function recoveryParts(open: OpenRecovery, height: number, blockMillis: number | null): readonly Child[] {
  const total = open.expiresOn - open.startedIn;
  const share = Math.max(0, Math.min(1, open.blocksLeft / total));
  const bar = h("div", { class: "left", "aria-hidden": "true" }, h("span", {}));
  (bar.firstElementChild as HTMLElement).style.setProperty("--share", `${share * 100}%`);
  return [
    h(
      "p",
      { class: "countdown", id: "countdown", "data-expires": String(open.expiresOn) },
      ...countdown(open.expiresOn, height, blockMillis),
    ),
    bar,
    h("ol", { class: "steps", "aria-label": "Steps of the recovery" }, ...steps(open)),
  ];
}

/** How long until a block, in blocks and about in time. */
export function countdown(expiresOn: number, height: number, blockMillis: number | null): readonly Child[] {
  const left = Math.max(0, expiresOn - height);
  const blocks = count(left, "block");
  const time = blockMillis === null ? null : roughly(left * blockMillis);
  return [
    h("strong", {}, time ?? blocks),
    `${time === null ? "" : ` (${blocks})`} until it ends by itself, on block ${expiresOn}`,
  ];
}

const MINUTE = 60_000;

/** Seconds only count at the end; blocks aren't that regular. */
function roughly(millis: number): string {
  const whole = millis > 10 * MINUTE ? Math.round(millis / MINUTE) * MINUTE : millis;
  return `about ${duration(whole)}`;
}

function steps(open: OpenRecovery): readonly HTMLElement[] {
  const { backup, recoveryId, sharesSent, startedIn } = open;
  const hasBackup = backup === "fresh";
  return [
    step("The new machine entered", "done", `recovery ${recoveryId}, in block ${startedIn}`),
    step(
      "A backup is on chain",
      hasBackup ? "done" : "attention",
      hasBackup ? "for the current keyset" : BACKUP_WORDS[backup].text,
    ),
    step(
      "The backup service sent the shares",
      sharesSent ? "done" : "waiting",
      sharesSent ? "confirmed on chain" : "not confirmed yet",
    ),
    step(
      "The new machine takes its place",
      "waiting",
      sharesSent ? "it checks the shares, then concludes" : "after the shares",
    ),
  ];
}

type StepState = "done" | "waiting" | "attention";
const STEP_WORDS: Readonly<Record<StepState, string>> = {
  done: "Done",
  waiting: "Waiting",
  attention: "Look at this",
};

function step(name: string, state: StepState, detail: string): HTMLElement {
  return h(
    "li",
    { class: state },
    h("span", { class: "mark" }, STEP_WORDS[state]),
    h("span", {}, name),
    h("small", {}, detail),
  );
}

function keyEventProgress({ domain, instance, next_attempt_id, parameters }: KeyEvent): HTMLElement {
  const all = parameters.participants.participants.length;
  if (instance === null) {
    return h(
      "p",
      { class: "countdown" },
      `Domain ${domain.id}: the leader is to start attempt ${next_attempt_id}.`,
    );
  }
  const done = instance.completed.length;
  return h(
    "p",
    { class: "countdown" },
    h("strong", {}, `${done} of ${all}`),
    ` have finished domain ${domain.id}, attempt ${instance.attempt_id}, until block ${instance.expires_on}`,
  );
}

function facts(state: InitializedState, { backups }: Look): HTMLElement {
  const keyset = currentKeyset(state);
  const members = membersOf(state).participants.length;
  const fresh = backups.accounts.filter(({ status }) => status === "fresh").length;
  const rows: readonly (readonly [string, string])[] = [
    ["Epoch", String(keyset.epoch_id)],
    ["Threshold", `${thresholdOf(state)} of ${members}`],
    ["Fresh backups", `${fresh} of ${backups.accounts.length}`],
    ["Keyset", keysetHash(keyset)],
    ...keyset.domains.map(({ domain_id, key }) => [`Domain ${domain_id}`, key] as const),
  ];
  return h(
    "dl",
    { class: "facts" },
    ...rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
  );
}
