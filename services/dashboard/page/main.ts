import type { AskNode } from "../../../sdk/src/client/json-rpc.ts";
import { BaseError } from "../../../sdk/src/errors/base-error.ts";
import type { Inspected } from "../../../sdk/src/inspect/inspected.ts";
import { OLD_MILLIS } from "../../../sdk/src/inspect/render/header.ts";
import { duration } from "../../../sdk/src/inspect/render/wording.ts";
import { actions } from "./actions.ts";
import { askEndpoint } from "./ask-endpoint.ts";
import { diagram } from "./diagram.ts";
import { byId, h, update } from "./dom.ts";
import { continueLog, type EventLog, NO_EVENTS } from "./event-log.ts";
import { createLooker, type Look } from "./look.ts";
import { participants } from "./participants.ts";
import { requests } from "./requests.ts";
import { givenSource, type PageSource, problemOf, sourceHash } from "./source.ts";
import { countdown, summary } from "./summary.ts";
import { timeline } from "./timeline.ts";
import { votes } from "./votes.ts";

const INTERVAL_MILLIS = 3_000;
const HIDDEN_INTERVAL_MILLIS = 30_000;
const CLOCK_MILLIS = 1_000;

const source = givenSource();
if (source === null) askForSource();
else void watch(source);

/** For a page that was opened from a file: asks what to look at, and starts over with it. */
function askForSource(): void {
  const form = byId("ask") as HTMLFormElement;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    const rpcUrls = String(fields.get("rpc"))
      .split(/\s+/)
      .filter((url) => url !== "");
    const wanted: PageSource = { contractId: String(fields.get("contract")).trim(), rpcUrls };
    const problem = problemOf(wanted);
    byId("ask-problem").textContent = problem ?? "";
    if (problem !== null) return;
    location.hash = sourceHash(wanted);
    location.reload();
  });
}

/** What the page knows at a time. */
interface Known {
  look: Inspected<Look> | null;
  log: EventLog;
  logProblem: string | null;
  failure: string | null;
}

async function watch(wanted: PageSource): Promise<void> {
  byId("content").hidden = false;
  document.title = `${wanted.contractId} · MPC network`;
  byId("contract").textContent = wanted.contractId;
  const nodes = wanted.rpcUrls.map(askEndpoint) as [AskNode, ...AskNode[]];
  const look = createLooker({ contractId: wanted.contractId, nodes });
  const known: Known = { look: null, log: NO_EVENTS, logProblem: null, failure: null };
  // The page lives as long as its tab: nothing is there to abort.
  const { signal } = new AbortController();
  setInterval(() => showClock(known), CLOCK_MILLIS);
  for (;;) {
    await lookOnce(known, look, signal);
    show(known);
    if (known.failure === null) await readLog(known, nodes[0], wanted.contractId, signal);
    show(known);
    await pause();
  }
}

async function lookOnce(
  known: Known,
  look: (signal: AbortSignal) => Promise<Inspected<Look>>,
  signal: AbortSignal,
): Promise<void> {
  try {
    const next = await look(signal);
    // An endpoint that falls back behind what was seen shows nothing new.
    if (known.look !== null && next.block.height < known.look.block.height) return;
    announce(known.look, next);
    known.look = next;
    known.failure = null;
  } catch (error) {
    known.failure = sentenceOf(error);
  }
}

async function readLog(known: Known, node: AskNode, contractId: string, signal: AbortSignal): Promise<void> {
  if (known.look === null) return;
  try {
    known.log = await continueLog(known.log, node, contractId, known.look.block.height, signal);
    known.logProblem = null;
  } catch (error) {
    known.logProblem = `Events couldn't be read: ${sentenceOf(error)}`;
  }
}

function show({ failure, log, logProblem, look }: Known): void {
  if (look !== null) {
    const { value } = look;
    document.documentElement.dataset.state = value.state.kind;
    document.title = `${value.state.kind} · ${look.contractId}`;
    update(byId("now"), { ...value, height: look.block.height }, () => summary(look));
    update(byId("diagram"), value.state.kind, () => diagram(value.state.kind));
    update(byId("participants"), [value.backups, value.ballots, value.state], () => participants(value));
    update(byId("votes"), value.ballots, () => votes(value.ballots));
    update(byId("actions"), value.actions, () => actions(value.actions));
    const waiting = value.pending.length > 0 ? [look.block.height, log.events] : [];
    update(byId("requests"), [value.pending, value.state, waiting], () => requests(look, log));
  }
  update(byId("events"), [log, logProblem], () => timeline(log, logProblem));
  showClock({ failure, log, logProblem, look });
}

/** What changes with time alone; screen readers are spared it. */
function showClock({ failure, look }: Known): void {
  showAlarm(failure, look);
  if (look === null) return;
  const { block, endpoints } = look;
  const age = Date.now() - block.timeMillis;
  const isOld = age > OLD_MILLIS;
  byId("age").textContent = age < 0 ? `${duration(age)} ahead of this clock` : `${duration(age)} ago,`;
  byId("freshness").className = isOld ? "freshness old" : "freshness";
  update(byId("block"), block, () => [`Block ${block.height}`]);
  byId("block").title = block.hash;
  const trust = endpoints.length > 1 ? "agreed on by " : "as told by ";
  update(byId("trust"), endpoints, () => [
    trust,
    h("span", {}, endpoints.join(", ")),
    endpoints.length > 1 ? null : h("strong", {}, " alone"),
  ]);
  const left = document.getElementById("countdown");
  if (left === null || block.blockMillis === null) return;
  const height = block.height + Math.max(0, Math.floor(age / block.blockMillis));
  const expiresOn = Number(left.dataset.expires);
  update(left, height, () => countdown(expiresOn, height, block.blockMillis));
}

/** Why what is shown may not hold: nobody answers, or what they answer is old. */
function showAlarm(failure: string | null, look: Inspected<Look> | null): void {
  const still = look === null ? "" : ` What you see is of block ${look.block.height}.`;
  const isOld = look !== null && Date.now() - look.block.timeMillis > OLD_MILLIS;
  const old = isOld ? `The newest block that the endpoints show is old.${still}` : null;
  const text = failure === null ? old : `No up-to-date view: ${failure}${still}`;
  const alarm = byId("alarm");
  alarm.hidden = text === null;
  update(alarm, text, () => [text]);
}

function announce(before: Inspected<Look> | null, after: Inspected<Look>): void {
  const [from, to] = [before?.value.state.kind, after.value.state.kind];
  if (from === to) return;
  byId("announcement").textContent =
    from === undefined
      ? `The state is ${to}.`
      : `The state changed from ${from} to ${to} at block ${after.block.height}.`;
}

function sentenceOf(error: unknown): string {
  if (error instanceof BaseError) return [error.shortMessage, ...error.metaMessages].join(" ");
  return error instanceof Error ? error.message : String(error);
}

/** Until the next look; a page that nobody sees looks seldom, and at once when it is seen again. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    const millis = document.hidden ? HIDDEN_INTERVAL_MILLIS : INTERVAL_MILLIS;
    const go = () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", go);
      resolve();
    };
    const timer = setTimeout(go, millis);
    document.addEventListener("visibilitychange", go);
  });
}
