import { currentKeyset, membersOf, thresholdOf } from "../../../../contract/src/protocol/rules/members.ts";
import type { InitializedState, KeyEvent, ProtocolState } from "../../../../contract/src/protocol/state.ts";
import { keysetHash } from "../../crypto/keyset-hash.ts";
import type { Inspected } from "../inspected.ts";
import type { NextAction } from "../next-actions.ts";
import { type DomainRequests, requestsSentence } from "../requests-report.ts";
import { headerLines, type PrintOptions } from "./header.ts";
import { heading, type Line, line, span } from "./lines.ts";
import { nextLines } from "./render-next.ts";
import { tableLines } from "./table.ts";
import { blocksFor, count, shortened } from "./wording.ts";

/** The state and what can be done in it. */
export interface StateReport {
  readonly state: ProtocolState;
  readonly requests: readonly DomainRequests[];
  readonly next: readonly NextAction[];
}

/** State, keys and participants at a glance, then what can be done. */
export function renderState(report: Inspected<StateReport>, options: PrintOptions): readonly Line[] {
  const { next, requests, state } = report.value;
  return [
    ...headerLines(report, options),
    line(),
    line(span("state: ", "dim"), span(state.kind, state.kind === "Running" ? "good" : "warn")),
    ...(state.kind === "NotInitialized" ? [] : [line(requestsSentence(requests))]),
    ...(state.kind === "NotInitialized" ? [] : networkLines(state, report, options)),
    ...nextLines(next),
  ];
}

function networkLines(
  state: InitializedState,
  report: Inspected<unknown>,
  options: PrintOptions,
): readonly Line[] {
  const keyset = currentKeyset(state);
  const members = membersOf(state).participants;
  return [
    ...workLines(state, report),
    line(span("epoch: ", "dim"), `${keyset.epoch_id}, keyset `, span(keysetHash(keyset), "dim")),
    line(span("threshold: ", "dim"), `${thresholdOf(state)} of ${count(members.length, "participant")}`),
    ...heading("keys"),
    ...keyset.domains.map(({ domain_id, key }) => line(span(`domain ${domain_id}: `, "dim"), key)),
    ...(keyset.domains.length === 0 ? [line("none yet")] : []),
    ...heading("participants"),
    ...tableLines(
      {
        headings: ["account", "id", "address", "TLS key"],
        rows: members.map(([account, id, { tls_public_key, url }]) => [
          span(account),
          span(id),
          span(url),
          span(shortened(tls_public_key), "dim"),
        ]),
      },
      options.width,
    ),
  ];
}

function workLines(state: InitializedState, { block }: Inspected<unknown>): readonly Line[] {
  switch (state.kind) {
    case "Running":
      return [];
    case "Recovery": {
      const { account_id, backup_confirmed, expires_on } = state.recovering;
      const left = Math.max(0, expires_on - block.height);
      return [
        line(
          span("recovering: ", "dim"),
          span(account_id, "strong"),
          `, shares ${backup_confirmed ? "sent" : "not sent yet"}, ends by itself in ${blocksFor(left, block)}`,
        ),
      ];
    }
    case "Initializing":
      return [keyEventLine("generating", state.generating_key)];
    case "Resharing":
      return [keyEventLine("resharing", state.resharing_key)];
  }
}

function keyEventLine(
  word: string,
  { domain, epoch_id, instance, next_attempt_id, parameters }: KeyEvent,
): Line {
  const all = parameters.participants.participants.length;
  const progress =
    instance === null
      ? `attempt ${next_attempt_id} isn't started`
      : `attempt ${instance.attempt_id}, ${instance.completed.length} of ${all} done, until block ${instance.expires_on}`;
  return line(span(`${word}: `, "dim"), `domain ${domain.id} for epoch ${epoch_id}, ${progress}`);
}
