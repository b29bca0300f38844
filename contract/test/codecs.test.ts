import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { base58 } from "@scure/base";
import fc from "fast-check";
import { abiSource } from "../src/interface/abi.ts";
import { base58Decode, base58Encode } from "../src/interface/base58.ts";
import { decodeEvent, encodeEvent } from "../src/interface/event-log.ts";
import { keysetHash, keysetPreimage } from "../src/interface/keyset-hash.ts";
import { METHODS } from "../src/interface/methods.ts";
import { decodePanic, encodePanic } from "../src/interface/panic.ts";
import { encodeState } from "../src/interface/state-codec.ts";
import { readState } from "../src/interface/state-reader.ts";
import { tlsKeyProofMessage } from "../src/interface/tls-key-proof.ts";
import { VERSION } from "../src/interface/version.ts";
import { sha256Hex, signerKey, tlsKey } from "./support/keys.ts";
import { account, entry, KEYSET, runningNetwork } from "./support/network.ts";
import { everyVariant } from "./support/state-json.ts";
import { trace } from "./support/traces.ts";
import { EMPTY_WORLD, step } from "./support/world.ts";

const MAINNET_STATE = "/work/shared/data/near/mpc-mainnet-state.json";

describe("base58", () => {
  test("behavior: agrees with an independent implementation, both ways", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 96 }), (bytes) => {
        assert.equal(base58Encode(bytes), base58.encode(bytes));
        assert.deepEqual(base58Decode(base58Encode(bytes)), Uint8Array.from(bytes));
      }),
    );
    assert.equal(base58Decode("0OIl"), null);
  });
});

describe("keyset hash", () => {
  test("behavior: canonical text, domains by id, in whatever order they are given", () => {
    const [first, second] = KEYSET.domains;
    assert.ok(first && second);
    const expected =
      `mpc-recovery/keyset/v1{"domains":[{"attempt":240,"domain_id":0,"key":"${first.key}"},` +
      `{"attempt":0,"domain_id":1,"key":"${second.key}"}],"epoch_id":4}`;
    assert.equal(keysetPreimage(KEYSET), expected);
    assert.equal(keysetPreimage({ ...KEYSET, domains: [second, first] }), expected);
  });

  test("behavior: a vector computed apart from this code", () => {
    // sha256 of the text above, by Python's hashlib.
    const expected = "d868fe64ee6393a7e651ced9cbfa1fa7ba2f02908bd774d7504dfb5c865ecde7";
    assert.equal(keysetHash(KEYSET, sha256Hex), expected);
    assert.equal(createHash("sha256").update(keysetPreimage(KEYSET)).digest("hex"), expected);
  });
});

describe("TLS key proof", () => {
  test("behavior: the message has seven lines in the documented order", () => {
    const message = tlsKeyProofMessage({
      network_id: "testnet",
      contract_id: account("mpc"),
      account_id: account("a"),
      role: "backup_service",
      tls_public_key: tlsKey("t"),
      signer_account_pk: signerKey("s"),
    });
    assert.equal(
      message,
      `mpc-recovery/tls-key/v1\ntestnet\nmpc.near\na.near\nbackup_service\n${tlsKey("t")}\n${signerKey("s")}`,
    );
  });
});

describe("state", () => {
  for (const [kind, json] of Object.entries(everyVariant())) {
    test(`behavior: ${kind} comes back to the same JSON`, () => {
      const read = readState(JSON.stringify(json));
      assert.ok(read.ok, JSON.stringify(read));
      assert.deepEqual(JSON.parse(JSON.stringify(encodeState(read.value, base58Decode))), json);
    });
  }

  test("behavior: random states come back, but for what is not on the wire", () => {
    fc.assert(
      fc.property(trace(30), (calls) => {
        let world = EMPTY_WORLD;
        for (const call of calls) {
          const request = {
            command: call.command,
            caller: account(call.name),
            signerKey: signerKey(call.signer),
          };
          world = step(world, { ...request, height: 100, depositYocto: call.depositYocto }).world;
        }
        const read = readState(JSON.stringify(encodeState(world.state, base58Decode)));
        const { state } = world;
        const visible =
          state.kind === "Recovery"
            ? { ...state, first_recovery_id: state.recovery_id, attestation: null }
            : state;
        assert.deepEqual(read, { ok: true, value: visible });
      }),
      { numRuns: 50 },
    );
  });

  test("behavior: in Recovery the prospective participants list the new info, the others as they were", () => {
    const network = runningNetwork();
    network.accept("a", "k1", entry("a", "a2", "k1"));
    const json = encodeState(network.world.state, base58Decode);
    assert.ok(typeof json === "object" && "Recovery" in json);
    const { prospective_participants, previous_running_state } = json.Recovery;
    const [own, ...others] = prospective_participants.participants;
    assert.deepEqual(own?.[2].tls_public_key, tlsKey("a2"));
    assert.deepEqual(others, previous_running_state.parameters.participants.participants.slice(1));
    assert.equal(
      previous_running_state.parameters.participants.participants[0]?.[2].tls_public_key,
      tlsKey("a"),
    );
  });

  test("behavior: unknown fields are ignored, missing optional ones default, nonsense is refused", () => {
    const json = JSON.parse(JSON.stringify(encodeState(runningNetwork().world.state, base58Decode)));
    json.Running.future = { field: [1] };
    delete json.Running.participants_revision;
    delete json.Running.previously_cancelled_resharing_epoch_id;
    const read = readState(JSON.stringify(json));
    assert.ok(read.ok && read.value.kind === "Running");
    assert.equal(read.value.participants_revision, 0);
    delete json.Running.keyset;
    const refused = readState(JSON.stringify(json));
    assert.deepEqual(refused, {
      ok: false,
      error: { name: "MISSING_FIELD", info: { path: "Running.keyset" } },
    });
    assert.ok(!readState("{").ok);
    assert.ok(!readState('"Sleeping"').ok);
  });

  test("behavior: the state of the live MPC contract is readable", {
    skip: existsSync(MAINNET_STATE) ? false : `${MAINNET_STATE} is absent`,
  }, () => {
    const read = readState(readFileSync(MAINNET_STATE, "utf8"));
    assert.ok(read.ok && read.value.kind === "Running", JSON.stringify(read));
    assert.equal(read.value.parameters.participants.participants.length, 10);
    assert.equal(read.value.keyset.epoch_id, 4);
    assert.deepEqual(read.value.keyset, KEYSET);
  });
});

describe("errors and events", () => {
  test("behavior: a panic text is one line and is found inside an RPC's message", () => {
    const text = encodePanic({ name: "NOT_A_MEMBER", info: { account_id: account("x") } });
    assert.equal(
      text,
      '{"error":{"name":"CUSTOM_CONTRACT_ERROR","cause":{"name":"NOT_A_MEMBER","info":{"account_id":"x.near"}}}}',
    );
    const found = decodePanic(`{"ExecutionError":"Smart contract panicked: ${text}"} and more }`);
    assert.deepEqual(found, { name: "NOT_A_MEMBER", info: { account_id: "x.near" } });
    assert.equal(decodePanic("Exceeded the prepaid gas."), null);
  });

  test("behavior: an event is a NEP-297 line", () => {
    const { events } = runningNetwork().accept("a", "k1", entry("a", "a2", "k1"));
    const [event] = events;
    assert.ok(event);
    const line = encodeEvent(event);
    assert.ok(
      line.startsWith('EVENT_JSON:{"standard":"mpc-recovery","version":"1.0.0","event":"recovery_started"'),
    );
    assert.deepEqual(decodeEvent(line), { event: event.event, data: { ...event.data } });
    assert.equal(decodeEvent('EVENT_JSON:{"standard":"nep141","event":"x","data":[{}]}'), null);
    assert.equal(decodeEvent("hello"), null);
  });
});

describe("catalogue", () => {
  test("behavior: ABI and method table name the same methods; the version is the package's", () => {
    assert.deepEqual(abiSource.methods.map((method) => method.name).sort(), Object.keys(METHODS).sort());
    assert.equal(JSON.parse(readFileSync("package.json", "utf8")).version, VERSION);
  });
});
