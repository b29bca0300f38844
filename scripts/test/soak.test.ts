import assert from "node:assert/strict";
import { test } from "node:test";
import type { Keyset } from "../../contract/src/protocol/state.ts";
import type { Keyshare } from "../../services/keyshare/keyshare.ts";
import { checkFrostKeyshare } from "../../services/node/signer/check-frost-keyshare.ts";
import { fromKeyshare, toKeyshare } from "../../services/node/signer/keyshare-codec.ts";
import { FROST_SCHEMES, suiteOf } from "../../services/node/signer/suites.ts";
import { generateKey, signTogether } from "../../services/node/signer/test/in-memory-network.ts";
import { dealAgain } from "../soak/deal-shares.ts";
import { planOf, type Round } from "../soak/plan.ts";
import { requireNoGrowth, requireWithinCaps, type Sample } from "../soak/resources.ts";

const ROUNDS = 300;
const SEED = 20_261_121;

test("behavior: a seed's plan is always the same, holds every act and trouble, and never kills the first member's programs", () => {
  const rounds = first(planOf(SEED));
  assert.deepEqual(first(planOf(SEED)), rounds);
  assert.notDeepEqual(first(planOf(SEED + 1)), rounds);
  const acts = new Set(rounds.map((round) => (round.act === "rpc_fails" ? round.trouble : round.act)));
  assert.equal(acts.size, 4 + 5);
  const members = new Set(rounds.flatMap(({ kills }) => kills.map(({ member }) => member)));
  assert.deepEqual([...members].sort(), [1, 2]);
});

test("behavior: shares dealt again are good shares of the same keys for the new participants, useless with old ones", () => {
  const old = FROST_SCHEMES.map((scheme) => generateKey(scheme, [0, 1, 2], 2));
  const slot = { epoch_id: 0, attempt: 0 };
  const held = [0, 1, 2].map((at) =>
    old.map((materials, domain_id) => toKeyshare(expected(materials[at]), { ...slot, domain_id })),
  );
  const keys = expected(held[0]).map(({ public_key }) => public_key);
  const domains = keys.map((key, domain_id) => ({ domain_id, key, attempt: 0 }));
  const next = { epoch_id: 1, domains } as unknown as Keyset;
  const dealt = dealAgain(next, held.slice(1), [0, 2, 5], 2);
  assert.deepEqual([...dealt.keys()], [0, 2, 5]);
  for (const [domain_id, scheme] of FROST_SCHEMES.entries()) {
    const shares = [...dealt].map(([id, mine]) => ({ id, share: expected<Keyshare>(mine[domain_id]) }));
    for (const { id, share } of shares)
      assert.deepEqual(checkFrostKeyshare(share, expected(keys[domain_id]), id), { ok: true });
    const [zero, , five] = shares.map(({ share }) => fromKeyshare(share));
    const signature = signTogether([expected(zero), expected(five)], Buffer.from("hello"));
    const key = expected(old[domain_id]?.[0]?.commitments[0]);
    assert.ok(suiteOf(scheme).frost.verify(signature, Buffer.from("hello"), key));
    const mixed = [expected(zero), { ...expected(old[domain_id]?.[2]), ...publicOf(expected(zero)) }];
    assert.throws(() => signTogether(mixed, Buffer.from("hello")));
  }
});

test("behavior: a program that takes ever more is found, one that only starts up or varies is not", () => {
  const life = (memory: (round: number) => number) =>
    Array.from({ length: 24 }, (_, round) => [sample({ residentBytes: memory(round) * 2 ** 20 })]);
  assert.throws(() => requireNoGrowth(life((round) => 80 + 4 * round)), /residentBytes to grow by at most/);
  assert.equal(requireNoGrowth(life((round) => (round === 0 ? 20 : 90 + 20 * (round % 2)))).length, 1);
  const leaking = Array.from({ length: 24 }, (_, round) => [sample({ openFiles: 20 + round })]);
  assert.throws(() => requireNoGrowth(leaking), /openFiles to grow by at most/);
  assert.throws(() => requireWithinCaps([sample({ folderBytes: 2 ** 22 })]), /node-a: expected folderBytes/);
});

function first(plan: Generator<Round>): Round[] {
  return Array.from({ length: ROUNDS }, () => expected<Round>(plan.next().value));
}

function sample(taken: Partial<Sample>): Sample {
  return { name: "node-a", pid: 1, residentBytes: 0, openFiles: 0, folderBytes: 0, ...taken };
}

function publicOf({ commitments, verifyingShares }: ReturnType<typeof fromKeyshare>) {
  return { commitments, verifyingShares };
}

function expected<Value>(value: Value | undefined): Value {
  return value ?? assert.fail("expected a value, found none");
}
