import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ed25519 } from "@noble/curves/ed25519.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { base58 } from "@scure/base";
import type { Keyshare } from "../../../keyshare/keyshare.ts";
import { checkFrostKeyshare } from "../check-frost-keyshare.ts";
import { fromKeyshare, toKeyshare } from "../keyshare-codec.ts";
import { groupPointOf } from "../keyshare-material.ts";
import { FROST_SCHEMES } from "../suites.ts";
import { generateKey } from "./in-memory-network.ts";

type Secret = {
  threshold: number;
  participant_id: number;
  commitments: string[];
  verifying_shares: { participant_id: number; point: string }[];
  signing_share: string;
};

const SLOT = { domain_id: 3, epoch_id: 5, attempt: 1 };

for (const scheme of FROST_SCHEMES)
  describe(`keyshare check, ${scheme}`, () => {
    const materials = generateKey(scheme, [0, 1, 6], 2);
    const other = toKeyshare(generateKey(scheme, [0, 1, 6], 2)[1]!, SLOT);
    const share = toKeyshare(materials[1]!, SLOT);
    const secretOf = (keyshare: Keyshare): Secret => JSON.parse(keyshare.secret) as Secret;
    const otherSecret = secretOf(other);

    const refuses = (changed: Keyshare, because: RegExp, expectedKey = share.public_key, id = 1): void => {
      const check = checkFrostKeyshare(changed, expectedKey, id);
      assert.equal(check.ok, false);
      assert.match(check.ok ? "" : check.reason, because);
      const text = JSON.stringify(check);
      assert.ok(!text.includes(secretOf(share).signing_share), "the reason tells the secret");
    };
    const withSecret = (change: (secret: Secret) => void): Keyshare => {
      const secret = secretOf(share);
      change(secret);
      return { ...share, secret: JSON.stringify(secret) };
    };

    it("accepts what key generation made, for every participant, and reads back what it wrote", () => {
      for (const material of materials) {
        const stored = toKeyshare(material, SLOT);
        assert.deepEqual(checkFrostKeyshare(stored, share.public_key, material.participantId), { ok: true });
        assert.deepEqual(fromKeyshare(stored), material);
        assert.deepEqual(toKeyshare(fromKeyshare(stored), SLOT), stored);
      }
    });

    it("writes the group key as NEAR does", () => {
      const [kind, encoded] = share.public_key.split(":") as [string, string];
      const bytes = base58.decode(encoded);
      const point = groupPointOf(materials[0]!);
      if (scheme === "frost-ed25519") {
        assert.equal(kind, "ed25519");
        assert.deepEqual(bytes, point);
        assert.ok(ed25519.utils.isValidPublicKey(bytes));
      } else {
        assert.equal(kind, "secp256k1");
        assert.equal(bytes.length, 64);
        const whole = secp256k1.Point.fromBytes(Uint8Array.from([4, ...bytes]));
        assert.deepEqual(whole.toBytes(true), point);
      }
    });

    it("refuses another participant's share and another key's share", () => {
      refuses(share, /participant 0, found that of 1/, share.public_key, 0);
      refuses(share, /expected group key/, other.public_key);
      refuses(other, /expected group key/);
      refuses({ ...share, public_key: other.public_key }, /expected the share to name/);
      refuses({ ...share, scheme: "cait-sith" }, /expected scheme/);
      const wrongScheme = scheme === "frost-ed25519" ? "frost-secp256k1" : "frost-ed25519";
      refuses({ ...share, scheme: wrongScheme }, /bytes/);
    });

    it("refuses every field of the secret that was changed for another plausible one", () => {
      refuses(
        withSecret((secret) => {
          secret.signing_share = otherSecret.signing_share;
        }),
        /signing share/,
      );
      refuses(
        withSecret((secret) => {
          secret.threshold = 3;
        }),
        /expected 3 commitments/,
      );
      refuses(
        withSecret((secret) => {
          secret.threshold = 1;
        }),
        /threshold/,
      );
      refuses(
        withSecret((secret) => {
          secret.threshold = 4;
        }),
        /between 2 and 3/,
      );
      refuses(
        withSecret((secret) => {
          secret.participant_id = 6;
        }),
        /found that of 6/,
      );
      refuses(
        withSecret((secret) => {
          secret.commitments[0] = otherSecret.commitments[0]!;
        }),
        /group key/,
      );
      refuses(
        withSecret((secret) => {
          secret.commitments[1] = otherSecret.commitments[1]!;
        }),
        /promise/,
      );
      refuses(
        withSecret((secret) => {
          secret.commitments.push(otherSecret.commitments[1]!);
        }),
        /2 commitments/,
      );
      refuses(
        withSecret((secret) => {
          secret.commitments.pop();
        }),
        /2 to 100 items/,
      );
      for (const index of [0, 1, 2])
        refuses(
          withSecret((secret) => {
            secret.verifying_shares[index]!.point = otherSecret.verifying_shares[index]!.point;
          }),
          /found another for participant/,
        );
      refuses(
        withSecret((secret) => {
          secret.verifying_shares[0]!.participant_id = 2;
        }),
        /ascending/,
      );
      refuses(
        withSecret((secret) => {
          secret.verifying_shares[2]!.participant_id = 7;
        }),
        /found another for participant 7/,
      );
      refuses(
        withSecret((secret) => {
          secret.verifying_shares.splice(1, 1);
        }),
        /verifying share of participant 1/,
      );
      refuses(
        withSecret((secret) => {
          secret.verifying_shares[1] = secret.verifying_shares[0]!;
        }),
        /ascending/,
      );
    });

    it("refuses any single changed hex digit", () => {
      const digits = [...share.secret.matchAll(/"([0-9a-f]{64,})"/g)].flatMap((match) => [
        match.index + 1,
        match.index + 20,
        match.index + match[1]!.length,
      ]);
      assert.ok(digits.length >= 18);
      for (const at of digits) {
        const digit = share.secret[at] === "7" ? "8" : "7";
        const secret = `${share.secret.slice(0, at)}${digit}${share.secret.slice(at + 1)}`;
        assert.equal(checkFrostKeyshare({ ...share, secret }, share.public_key, 1).ok, false, `digit ${at}`);
      }
    });

    it("refuses secrets that aren't of the stored form", () => {
      refuses({ ...share, secret: "" }, /expected JSON/);
      refuses({ ...share, secret: share.secret.slice(0, -5) }, /expected JSON/);
      refuses({ ...share, secret: "[]" }, /expected an object/);
      refuses({ ...share, secret: " ".repeat(70_000) }, /characters/);
      refuses({ ...share, secret: share.secret.replace("{", '{"extra":1,') }, /fields/);
      refuses({ ...share, secret: share.secret.replace('"threshold":2', '"threshold":"2"') }, /integer/);
      refuses(
        withSecret((secret) => {
          secret.signing_share = secret.signing_share.toUpperCase();
        }),
        /hex/,
      );
      refuses(
        withSecret((secret) => {
          secret.signing_share = "ff".repeat(32);
        }),
        /signing share/,
      );
      refuses(
        withSecret((secret) => {
          secret.signing_share = "00".repeat(32);
        }),
        /signing share/,
      );
    });

    it("refuses points outside the group", () => {
      const torsion = scheme === "frost-ed25519" ? `${"00".repeat(31)}80` : `02${"ff".repeat(32)}`;
      refuses(
        withSecret((secret) => {
          secret.commitments[1] = torsion;
        }),
        /group elements/,
      );
      refuses(
        withSecret((secret) => {
          secret.verifying_shares[0]!.point = torsion;
        }),
        /group elements/,
      );
      if (scheme === "frost-ed25519")
        refuses(
          withSecret((secret) => {
            secret.commitments[0] = `01${"00".repeat(31)}`;
          }),
          /group elements/,
        );
    });
  });
