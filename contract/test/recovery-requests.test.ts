import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { RequestId } from "../src/protocol/requests/signature-request.ts";
import { account, CANCEL, CONCLUDE, entry, type Scenario } from "./support/network.ts";
import {
  ECDSA,
  EDDSA,
  HONEST_MAJORITY_ECDSA,
  requestOf,
  respondCall,
  signCall,
  signingNetwork,
} from "./support/requests.ts";

const waiting = (network: Scenario): readonly RequestId[] => network.world.queue.ids;

describe("requests and a Recovery", () => {
  test("behavior: requests that wait go through entry, conclusion, cancellation and expiry", () => {
    const endings: readonly ((network: Scenario) => void)[] = [
      (network) => network.accept("c", "c-fresh", CONCLUDE),
      (network) => network.accept("c", "owner", CANCEL, 1n),
      (network) => {
        network.height += 100;
      },
    ];
    for (const end of endings) {
      const network = signingNetwork();
      network.accept("x", "any", signCall(EDDSA), 1n);
      network.accept("c", "c-fresh", entry("c", "c2", "c-fresh"));
      network.accept("x", "any", signCall(ECDSA), 1n);
      end(network);
      assert.equal(network.kind(), "Running");
      network.accept("x", "any", signCall(HONEST_MAJORITY_ECDSA), 1n);
      assert.equal(waiting(network).length, 3);
      for (const domain of [EDDSA, ECDSA, HONEST_MAJORITY_ECDSA]) {
        network.accept("a", "a-node", respondCall(requestOf("x", signCall(domain))));
      }
      assert.deepEqual(waiting(network), []);
    }
  });

  test("behavior: in Recovery a domain takes requests while the others reach its threshold", () => {
    const network = signingNetwork();
    network.accept("c", "c-fresh", entry("c", "c2", "c-fresh"));
    network.accept("x", "any", signCall(EDDSA), 1n);
    network.accept("x", "any", signCall(ECDSA), 1n);
    const found = network.refuse("x", "any", signCall(HONEST_MAJORITY_ECDSA), "NOT_ENOUGH_SIGNERS", 1n);
    assert.deepEqual(found, { domain_id: HONEST_MAJORITY_ECDSA, available: 2, required: 3 });
  });

  test("behavior: neither the node that is replaced nor the one that comes answers before the conclusion", () => {
    const network = signingNetwork();
    network.accept("x", "any", signCall(EDDSA), 1n);
    network.accept("c", "c-fresh", entry("c", "c2", "c-fresh"));
    const call = respondCall(requestOf("x", signCall(EDDSA)));
    const found = network.refuse("c", "c-node", call, "BEING_REPLACED");
    assert.deepEqual(found, { account_id: account("c"), recovery_id: 0 });
    network.refuse("c", "c-fresh", call, "BEING_REPLACED");
    network.accept("c", "c-fresh", CONCLUDE);
    network.refuse("c", "c-node", call, "WRONG_SIGNER_KEY");
    network.accept("c", "c-fresh", call);
  });

  test("behavior: an expiry that still waits to be stored comes with the next request", () => {
    const network = signingNetwork();
    network.accept("c", "c-fresh", entry("c", "c2", "c-fresh"));
    network.height += 100;
    const { events, state } = network.accept("x", "any", signCall(EDDSA), 1n);
    assert.deepEqual(
      events.map(({ event }) => event),
      ["recovery_expired", "signature_requested"],
    );
    assert.equal(state.kind, "Running");
  });
});
