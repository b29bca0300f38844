import { randomBytes } from "node:crypto";
import type { NearAccount } from "near-workspaces";
import type { HexBytes } from "../../contract/src/protocol/requests/signature-request.ts";
import { sign } from "../../sdk/src/actions/sign.ts";
import type { ReadContract } from "../../sdk/src/client/read-contract.ts";
import { createSender } from "../../sdk/src/client/sender.ts";
import { ed25519KeyPairFromSecretKey } from "../../sdk/src/crypto/keys.ts";
import type { DemoSettings } from "./machines.ts";
import { verifies } from "./signing.ts";
import { ClaimFailed } from "./timeline.ts";

/** Somebody who asks the contract for one signature after another, whatever happens to the network. */
export interface Customer {
  /** Resolves once so many requests more than now have been answered. @throws ClaimFailed if one was not */
  answered(more: number): Promise<void>;
  /** Ends after the request that is under way. @throws ClaimFailed if one was not answered with a valid signature */
  stop(): Promise<CustomerReport>;
}

export interface CustomerReport {
  readonly requests: number;
  /** The longest time between two answers, in milliseconds. */
  readonly longestGapMillis: number;
}

const DOMAIN_ID = 0;
/** Longer than the network needs to notice that a leader is gone; far less than the contract waits. */
const ANSWER_MILLIS = 60_000;

/** Asks under a fresh path each time, and checks each answer with Node's own verifier under the derived key. */
export async function startCustomer(
  settings: DemoSettings,
  reader: ReadContract,
  account: NearAccount,
): Promise<Customer> {
  const key = await account.getKey();
  if (key === null) throw new Error(`expected a key of ${account.accountId}, found none`);
  const { accountId } = account;
  const keyPair = ed25519KeyPairFromSecretKey(key.toString());
  const endpoint = { url: settings.rpcUrl };
  const caller = createSender({ endpoint, contractId: settings.contractId, accountId, keyPair });
  const answers: number[] = [performance.now()];
  let stopping = false;
  const ask = async (): Promise<void> => {
    while (!stopping) {
      const message = randomBytes(48);
      const payload_v2 = { Eddsa: message.toString("hex") as HexBytes };
      const request = { path: `demo/${answers.length}`, payload_v2, domain_id: DOMAIN_ID };
      const made = await sign(caller, reader, request, { answerMillis: ANSWER_MILLIS });
      const signature = Buffer.from(made.response.signature ?? []).toString("hex");
      if (!verifies(made.publicKey, message, signature)) {
        throw new ClaimFailed(`request ${answers.length}: expected a signature under ${made.publicKey}`);
      }
      answers.push(performance.now());
    }
  };
  const asking = ask();
  // Told to whoever waits for answers; until then nobody listens.
  asking.catch(() => undefined);
  return {
    answered: (more) => reached(answers, answers.length + more, asking),
    async stop() {
      stopping = true;
      await asking;
      return { requests: answers.length - 1, longestGapMillis: longestGap(answers) };
    },
  };
}

const LOOK_MILLIS = 50;

async function reached(answers: readonly number[], count: number, asking: Promise<void>): Promise<void> {
  while (answers.length < count) {
    await Promise.race([asking, new Promise((resolve) => setTimeout(resolve, LOOK_MILLIS))]);
  }
}

function longestGap(times: readonly number[]): number {
  return times.slice(1).reduce((longest, time, at) => Math.max(longest, time - (times[at] ?? time)), 0);
}
