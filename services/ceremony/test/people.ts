import type { Ed25519KeyPair } from "../../../sdk/src/crypto/keys.ts";
import { type KxKeyPair, kxKeyPairFromSeed } from "../../../sdk/src/crypto/kx.ts";
import { keyPair } from "../../../sdk/test/approval/sample-recipient.ts";
import { closing, confirmShare, dealForCeremony, withAct } from "../acts.ts";
import type { CeremonyPlan } from "../body.ts";
import { followCeremony } from "../follow.ts";
import type { TranscriptEntry } from "../transcript.ts";

export interface Person {
  readonly account: string;
  readonly signing: Ed25519KeyPair;
  readonly exchange: KxKeyPair;
}

export const FACILITATOR = keyPair(50);
export const DEALER = keyPair(51);
export const STRANGER = keyPair(52);
export const PEOPLE: readonly Person[] = [1, 2, 3].map((number) => ({
  account: `node-${number}.testnet`,
  signing: keyPair(60 + number),
  exchange: kxKeyPairFromSeed(Buffer.alloc(32, 70 + number)),
}));
export const PLAN: CeremonyPlan = {
  network: "testnet",
  contract: "mpc.testnet",
  version: 3,
  threshold: 2,
  dealer: DEALER.publicKey,
  participants: PEOPLE.map(({ account, signing, exchange }) => ({
    account,
    signing_key: signing.publicKey,
    share_key: exchange.publicKey,
  })),
};

/** When each act happens: a second after the one before. */
export const START = 1_786_622_400;

/** A whole ceremony's transcript, as it should be. */
export async function wholeCeremony(): Promise<readonly TranscriptEntry[]> {
  let entries = withAct([], FACILITATOR, START, { act: "opened", ...PLAN });
  const act = (...[author, body]: [Ed25519KeyPair, Parameters<typeof withAct>[3]]) => {
    entries = withAct(entries, author, START + entries.length, body);
  };
  for (const { account, signing } of PEOPLE) act(signing, { act: "joined", account });
  const { seed, body } = await dealForCeremony(followCeremony(entries), DEALER, null);
  seed.fill(0);
  act(DEALER, body);
  for (const { account, signing, exchange } of PEOPLE) {
    act(signing, confirmShare(followCeremony(entries), account, exchange));
  }
  act(FACILITATOR, closing(followCeremony(entries)));
  return entries;
}
