import assert from "node:assert/strict";
import { test } from "node:test";
import { base58 } from "@scure/base";
import { errorCode } from "../../../sdk/src/errors/base-error.ts";
import { COMMITTEE, DEV_POLICY } from "../../../sdk/test/approval/sample-recipient.ts";
import { parseEnclaveImage } from "../image.ts";

const HASH = base58.encode(new Uint8Array(32).fill(7));
const IMAGE = {
  network: "testnet",
  contract: "mpc.testnet",
  version: 3,
  committee: COMMITTEE,
  break_glass: { ...COMMITTEE, threshold: COMMITTEE.threshold + 1 },
  break_glass_wait_seconds: 3_600,
  agreements_needed: 2,
  max_approval_seconds: 86_400,
  max_handover_seconds: 3_600,
  backup_threshold: 2,
  backup_owners: 3,
  policy: DEV_POLICY,
  head: {
    blockHash: HASH,
    height: "12",
    epochId: HASH,
    nextEpochId: HASH,
    blockMerkleRoot: HASH,
    timestampNanos: "1786622400000000000",
    producers: [],
    nextProducers: null,
  },
};

test("behavior: an image needs every field, in its form, and no other", () => {
  assert.equal(parseEnclaveImage(IMAGE).head.height, 12n);
  for (const name of Object.keys(IMAGE) as (keyof typeof IMAGE)[]) {
    const { [name]: _, ...without } = IMAGE;
    assert.notEqual(codeOf(without), "accepted", name);
    for (const wrong of [null, -1, "", "x y", {}, [], 1.5]) {
      if (name === "version" && wrong === null) continue;
      assert.notEqual(codeOf({ ...IMAGE, [name]: wrong }), "accepted", `${name}: ${JSON.stringify(wrong)}`);
    }
  }
  assert.equal(codeOf({ ...IMAGE, more: 1 }), "BAD_FORMAT");
});

test("behavior: numbers that bar break-glass or open it to the ordinary committee are refused", () => {
  const other = { root: "ab".repeat(32), threshold: 1 };
  assert.equal(codeOf({ ...IMAGE, break_glass_wait_seconds: IMAGE.max_approval_seconds }), "BAD_FORMAT");
  assert.equal(codeOf({ ...IMAGE, break_glass: COMMITTEE }), "BAD_FORMAT");
  assert.equal(codeOf({ ...IMAGE, break_glass: other }), "accepted");
  assert.equal(codeOf({ ...IMAGE, backup_owners: 2, backup_threshold: 3 }), "BAD_FORMAT");
});

function codeOf(value: unknown): string {
  try {
    parseEnclaveImage(value);
    return "accepted";
  } catch (error) {
    return errorCode(error) ?? String(error);
  }
}
