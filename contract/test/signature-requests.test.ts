import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { derivePublicKey, requestIdOf } from "../../sdk/src/crypto/derived-keys.ts";
import { derivedPublicKey } from "../src/interface/answers.ts";
import type { DomainId, DomainPublicKey } from "../src/protocol/brand.ts";
import { attempt, type ProtocolError } from "../src/protocol/errors.ts";
import { MAX_DUPLICATE_REQUESTS, MAX_PENDING_REQUESTS } from "../src/protocol/limits.ts";
import type {
  HexBytes,
  Payload,
  RequestId,
  SignatureResponse,
} from "../src/protocol/requests/signature-request.ts";
import { account, type Scenario } from "./support/network.ts";
import {
  answerTo,
  CKD,
  ECDSA,
  EDDSA,
  FOREIGN_TX,
  HONEST_MAJORITY_ECDSA,
  keyOfDomain,
  MESSAGE,
  payloadFor,
  requestOf,
  respondCall,
  SCHNORR_ON_SECP256K1,
  signCall,
  signingNetwork,
  timeOutCall,
  UNKNOWN,
} from "./support/requests.ts";

const waiting = (network: Scenario): readonly RequestId[] => network.world.queue.ids;

describe("a request for a signature", () => {
  for (const domain of [ECDSA, EDDSA, HONEST_MAJORITY_ECDSA]) {
    test(`behavior: waits for its answer and is done with it (domain ${domain})`, () => {
      const network = signingNetwork();
      const asked = network.accept("x", "any", signCall(domain), 1n);
      const request = requestOf("x", signCall(domain));
      const request_id = requestIdOf(request);
      assert.deepEqual(asked.requests?.effect, { kind: "wait", request_id, ticket: 0 });
      assert.deepEqual(asked.events, [
        {
          event: "signature_requested",
          data: { request_id, domain_id: domain, predecessor_id: account("x"), path: "path", waiting: 1 },
        },
      ]);
      assert.deepEqual(network.world.requests.get(request_id), {
        request,
        requested_in: network.height,
        tickets: [0],
      });
      const answered = network.accept("b", "b-node", respondCall(request));
      assert.deepEqual(answered.requests?.effect, {
        kind: "answer",
        request_id,
        tickets: [0],
        response: answerTo(request),
      });
      assert.deepEqual(waiting(network), []);
      assert.equal(network.world.requests.size, 0);
      network.refuse("b", "b-node", respondCall(request), "UNKNOWN_REQUEST");
    });
  }

  test("behavior: anybody may ask, what is more than 1 yocto goes back", () => {
    const network = signingNetwork();
    const { transfers } = network.accept("x", "any", signCall(EDDSA), 10n ** 24n);
    assert.deepEqual(transfers, [{ account_id: account("x"), amountYocto: 10n ** 24n - 1n }]);
    assert.equal(network.accept("y", "any", signCall(EDDSA), 1n).transfers, undefined);
  });

  test("behavior: predecessor, path, domain and payload make different requests, equal ones share an answer", () => {
    const network = signingNetwork();
    const other = payloadFor(EDDSA, "ff".repeat(1232));
    network.accept("x", "any", signCall(EDDSA), 1n);
    network.accept("y", "any", signCall(EDDSA), 1n);
    network.accept("x", "any", signCall(EDDSA, "other path"), 1n);
    network.accept("x", "any", signCall(EDDSA, "path", other), 1n);
    network.accept("x", "any", signCall(ECDSA), 1n);
    network.accept("x", "any", signCall(HONEST_MAJORITY_ECDSA), 1n);
    assert.equal(waiting(network).length, 6);
    network.accept("x", "any", signCall(EDDSA), 1n);
    assert.equal(waiting(network).length, 6);
    const { requests } = network.accept("a", "a-node", respondCall(requestOf("x", signCall(EDDSA))));
    assert.ok(requests?.effect.kind === "answer");
    assert.deepEqual(requests.effect.tickets, [0, 6]);
  });

  test("behavior: what the domain doesn't sign is refused", () => {
    const network = signingNetwork();
    const call = (domain: number, payload: Payload) => signCall(domain, "path", payload);
    network.refuse("x", "k", signCall(UNKNOWN), "UNKNOWN_DOMAIN", 1n);
    network.refuse("x", "k", signCall(FOREIGN_TX), "WRONG_PURPOSE", 1n);
    network.refuse("x", "k", signCall(CKD), "WRONG_PURPOSE", 1n);
    network.refuse("x", "k", signCall(SCHNORR_ON_SECP256K1), "UNSUPPORTED_SCHEME", 1n);
    network.refuse("x", "k", call(ECDSA, payloadFor(EDDSA)), "WRONG_PAYLOAD", 1n);
    network.refuse("x", "k", call(EDDSA, payloadFor(ECDSA)), "WRONG_PAYLOAD", 1n);
    const order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    const below = `${order.slice(0, -1)}0`;
    network.refuse("x", "k", call(ECDSA, { Ecdsa: order as HexBytes }), "PAYLOAD_OUT_OF_RANGE", 1n);
    network.accept("x", "k", call(ECDSA, { Ecdsa: below as HexBytes }), 1n);
    assert.equal(waiting(network).length, 1);
  });

  test("behavior: needs gas for the answer", () => {
    const network = signingNetwork();
    const { step } = gasProbe(network);
    assert.equal(step(9_999_999_999_999n), "NOT_ENOUGH_GAS");
    assert.equal(step(10_000_000_000_000n), null);
  });

  test("behavior: as many different ones wait as are kept, and as many callers of one as one answer wakes", () => {
    const network = signingNetwork();
    for (let at = 0; at < MAX_PENDING_REQUESTS; at++) network.accept("x", "k", signCall(EDDSA, `${at}`), 1n);
    network.refuse("x", "k", signCall(EDDSA, "one more"), "TOO_MANY_REQUESTS", 1n);
    for (let at = 1; at < MAX_DUPLICATE_REQUESTS; at++) network.accept("x", "k", signCall(EDDSA, "7"), 1n);
    const found = network.refuse("x", "k", signCall(EDDSA, "7"), "TOO_MANY_DUPLICATES", 1n);
    assert.equal(found.waiting, MAX_DUPLICATE_REQUESTS);
    network.accept("a", "a-node", respondCall(requestOf("x", signCall(EDDSA, "7"))));
    network.accept("x", "k", signCall(EDDSA, "one more"), 1n);
  });

  test("behavior: one that waited too long stops waiting, alone, and a late call back does nothing to a new one", () => {
    const network = signingNetwork();
    const request_id = requestIdOf(requestOf("x", signCall(EDDSA)));
    network.accept("x", "k", signCall(EDDSA), 1n);
    network.accept("x", "k", signCall(EDDSA), 1n);
    network.refuse("x", "k", timeOutCall(request_id, 0), "PRIVATE_METHOD");
    const { requests, events } = network.accept("mpc", "k", timeOutCall(request_id, 0));
    assert.deepEqual(requests?.effect, { kind: "fail" });
    assert.deepEqual(events, [{ event: "signature_timed_out", data: { request_id, ticket: 0, waiting: 1 } }]);
    assert.deepEqual(network.world.requests.get(request_id)?.tickets, [1]);
    network.accept("mpc", "k", timeOutCall(request_id, 0));
    assert.deepEqual(network.world.requests.get(request_id)?.tickets, [1]);
    network.accept("mpc", "k", timeOutCall(request_id, 1));
    assert.equal(network.world.requests.size, 0);
    network.accept("x", "k", signCall(EDDSA), 1n);
    network.accept("mpc", "k", timeOutCall(request_id, 1));
    assert.deepEqual(network.world.requests.get(request_id)?.tickets, [2]);
    network.refuse("x", "k", { type: "fail_on_timeout" }, "PRIVATE_METHOD");
    network.refuse("mpc", "k", { type: "fail_on_timeout" }, "REQUEST_TIMED_OUT");
  });
});

describe("an answer", () => {
  const request = requestOf("x", signCall(EDDSA));
  const ecdsaRequest = requestOf("x", signCall(ECDSA));

  function asked(): Scenario {
    const network = signingNetwork();
    network.accept("x", "any", signCall(EDDSA), 1n);
    network.accept("x", "any", signCall(ECDSA), 1n);
    return network;
  }

  test("behavior: comes from a participant's recorded node", () => {
    const network = asked();
    network.refuse("x", "a-node", respondCall(request), "NOT_A_MEMBER");
    network.refuse("a", "a-other", respondCall(request), "WRONG_SIGNER_KEY");
    network.refuse("a", "b-node", respondCall(request), "WRONG_SIGNER_KEY");
    assert.equal(waiting(network).length, 2);
  });

  test("behavior: comes from nobody whose node key isn't recorded", () => {
    const network = signingNetwork();
    const { world } = network;
    network.world = { ...world, records: new Map([...world.records].filter(([id]) => id !== account("a"))) };
    network.accept("x", "any", signCall(EDDSA), 1n);
    network.refuse("a", "a-node", respondCall(request), "NO_NODE_KEY");
  });

  test("behavior: must verify under the derived key; a forged one leaves the request waiting", () => {
    const network = asked();
    const { signature } = answerTo(request);
    const good = answerTo(ecdsaRequest);
    const flipped = (signature ?? []).map((byte, at) => (at === 40 ? byte ^ 1 : byte));
    const other = answerTo(requestOf("y", signCall(EDDSA)));
    const otherMessage = answerTo(
      requestOf("x", signCall(EDDSA, "path", payloadFor(EDDSA, "ab".repeat(40)))),
    );
    const bad: readonly SignatureResponse[] = [
      { ...answerTo(request), signature: flipped },
      other,
      otherMessage,
      { ...answerTo(request), signature: new Array(64).fill(0) },
      { ...answerTo(request), signature: new Array(64).fill(255) },
    ];
    for (const response of bad) {
      network.refuse("a", "a-node", respondCall(request, response), "INVALID_SIGNATURE");
    }
    const { big_r, s } = good;
    assert.ok(big_r !== null && s !== null && good.recovery_id !== null);
    const badEcdsa: readonly SignatureResponse[] = [
      { ...good, s: { scalar: MESSAGE } },
      { ...good, big_r: { affine_point: `02${MESSAGE}` as HexBytes } },
      { ...good, recovery_id: good.recovery_id ^ 1 },
      { ...good, s: { scalar: upperHalf(s.scalar) }, recovery_id: good.recovery_id ^ 1 },
      { ...good, s: { scalar: "00".repeat(32) as HexBytes } },
      answerTo(requestOf("y", signCall(ECDSA))),
    ];
    for (const response of badEcdsa) {
      network.refuse("a", "a-node", respondCall(ecdsaRequest, response), "INVALID_SIGNATURE");
    }
    assert.equal(waiting(network).length, 2);
  });

  test("behavior: has its scheme's fields and no others", () => {
    const network = asked();
    const good = answerTo(request);
    const wrong = [
      answerTo(ecdsaRequest),
      { ...answerTo(ecdsaRequest), signature: good.signature },
      { ...good, recovery_id: 0 },
      { ...good, signature: null },
    ];
    for (const response of wrong) {
      network.refuse("a", "a-node", respondCall(request, response), "WRONG_SIGNATURE_SCHEME");
    }
    network.refuse("a", "a-node", respondCall(ecdsaRequest, good), "WRONG_SIGNATURE_SCHEME");
    const { big_r, ...part } = answerTo(ecdsaRequest);
    assert.ok(big_r);
    const half: SignatureResponse = { ...part, big_r: null };
    network.refuse("a", "a-node", respondCall(ecdsaRequest, half), "WRONG_SIGNATURE_SCHEME");
  });

  test("behavior: names the request that waits", () => {
    const network = asked();
    const changed = { ...request, payload: payloadFor(EDDSA, "ab".repeat(32)) };
    network.refuse("a", "a-node", respondCall(changed), "UNKNOWN_REQUEST");
    network.refuse("a", "a-node", respondCall(requestOf("z", signCall(EDDSA))), "UNKNOWN_REQUEST");
  });
});

test("behavior: nothing is signed before there is a network", () => {
  const network = signingNetwork();
  const started = network.world;
  network.world = { ...started, state: { kind: "NotInitialized" } };
  network.refuse("x", "k", signCall(EDDSA), "UNEXPECTED_STATE", 1n);
  network.refuse("a", "a-node", respondCall(requestOf("x", signCall(EDDSA))), "UNEXPECTED_STATE");
});

test("behavior: the derived key of a domain, the first by default; a BLS key stands for itself", () => {
  const { state } = signingNetwork().world;
  const { tweak } = requestOf("x", signCall(EDDSA));
  const derive = (key: DomainPublicKey) => derivePublicKey(key, tweak);
  const at = (domain: number | null) => derivedPublicKey(state, domain as DomainId | null, derive);
  assert.equal(at(EDDSA), derive(keyOfDomain(EDDSA)));
  assert.equal(at(null), derive(keyOfDomain(ECDSA)));
  assert.equal(at(CKD), keyOfDomain(CKD));
  assert.equal(derive(keyOfDomain(CKD)), null);
  const refused = (act: () => unknown) => attempt(act) as { readonly error: ProtocolError };
  const { error } = refused(() => derivedPublicKey(state, EDDSA as DomainId, () => null));
  assert.deepEqual(error, { name: "NO_DERIVED_KEY", info: { domain_id: EDDSA } });
  assert.equal(refused(() => at(UNKNOWN)).error.name, "UNKNOWN_DOMAIN");
});

function upperHalf(scalar: HexBytes): HexBytes {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  return (order - BigInt(`0x${scalar}`)).toString(16).padStart(64, "0") as HexBytes;
}

/** The code with which a request with so much gas is refused; null when it is taken. */
function gasProbe(network: Scenario): { readonly step: (prepaidGas: bigint) => string | null } {
  return {
    step: (prepaidGas) => {
      const { result } = network.call("x", "any", signCall(EDDSA), 1n, prepaidGas);
      return result.ok ? null : result.error.name;
    },
  };
}
