import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AttemptId, DomainId, EpochId, RecoveryId } from "../src/protocol/brand.ts";
import type { Command } from "../src/protocol/commands.ts";
import { CANCEL, CONCLUDE, entry, KEYSET, runningNetwork } from "./support/network.ts";

function concludeWith(keyset: typeof KEYSET, recovery_id: number | null = null): Command {
  return { type: "conclude_recovery", keyset, recovery_id: recovery_id as RecoveryId | null };
}

describe("conclude", () => {
  const wrong: [string, typeof KEYSET, string][] = [
    ["a key", withDomain(0, { key: KEYSET.domains[1]?.key as never }), "key"],
    ["an attempt", withDomain(1, { attempt: 1 as AttemptId }), "attempt"],
    ["a missing domain", { ...KEYSET, domains: KEYSET.domains.slice(0, 1) }, "missing_domain"],
    ["an unknown domain", { ...KEYSET, domains: [...KEYSET.domains, otherDomain()] }, "extra_domain"],
    ["a domain twice", { ...KEYSET, domains: [...KEYSET.domains, ...KEYSET.domains] }, "extra_domain"],
  ];
  for (const [name, keyset, part] of wrong) {
    test(`behavior: a keyset wrong in ${name} is refused`, () => {
      const network = runningNetwork();
      network.accept("a", "k1", entry("a", "a2", "k1"));
      assert.equal(network.refuse("a", "k1", concludeWith(keyset), "KEYSET_MISMATCH").part, part);
    });
  }

  test("behavior: a keyset of another epoch is refused, the order of domains does not matter", () => {
    const network = runningNetwork();
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.refuse("a", "k1", concludeWith({ ...KEYSET, epoch_id: 5 as EpochId }), "EPOCH_MISMATCH");
    network.accept("a", "k1", concludeWith({ ...KEYSET, domains: [...KEYSET.domains].reverse() }));
  });

  test("behavior: only the recovering key of the recovering account", () => {
    const network = runningNetwork();
    network.accept("a", "k1", entry("a", "a2", "k1"));
    network.refuse("a", "a-node", CONCLUDE, "WRONG_SIGNER_KEY");
    network.refuse("b", "k1", CONCLUDE, "NOT_RECOVERING");
  });

  test("behavior: twice, after cancel and after expiry it is UNEXPECTED_STATE", () => {
    const twice = runningNetwork();
    twice.accept("a", "k1", entry("a", "a2", "k1"));
    twice.accept("a", "k1", CONCLUDE);
    twice.refuse("a", "k1", CONCLUDE, "UNEXPECTED_STATE");
    const cancelled = runningNetwork();
    cancelled.accept("a", "k1", entry("a", "a2", "k1"));
    cancelled.accept("a", "full", CANCEL, 1n);
    cancelled.refuse("a", "k1", CONCLUDE, "UNEXPECTED_STATE");
    const expired = runningNetwork();
    expired.accept("a", "k1", entry("a", "a2", "k1"));
    expired.height = 121;
    expired.refuse("a", "k1", CONCLUDE, "UNEXPECTED_STATE");
    expired.height = 120;
    expired.accept("a", "k1", CONCLUDE);
  });
});

function withDomain(at: number, change: Partial<(typeof KEYSET.domains)[number]>): typeof KEYSET {
  return {
    ...KEYSET,
    domains: KEYSET.domains.map((domain, index) => (index === at ? { ...domain, ...change } : domain)),
  };
}

function otherDomain(): (typeof KEYSET.domains)[number] {
  const [first] = KEYSET.domains;
  assert.ok(first);
  return { ...first, domain_id: 7 as DomainId };
}
