import { ed25519 } from "@noble/curves/ed25519.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import type { Tweak } from "../../../contract/src/protocol/requests/signature-request.ts";
import { tweakScalar } from "../../../sdk/src/crypto/derived-keys.ts";
import type { KeyshareMaterial } from "./keyshare-material.ts";
import type { FrostScheme } from "./suites.ts";

/**
 * The material with which to sign under the key that the tweak derives from the group's: the polynomial with the tweak
 * added to its constant term, so that every share grows by the tweak. Nothing of it is stored.
 */
export function deriveMaterial(material: KeyshareMaterial, tweak: Tweak): KeyshareMaterial {
  const { add, addToShare } = arithmetic(material.scheme, tweak);
  const [constant, ...others] = material.commitments;
  if (constant === undefined) throw new RangeError("expected at least one commitment, found none");
  return {
    ...material,
    commitments: [add(constant), ...others],
    verifyingShares: material.verifyingShares.map(({ participantId, point }) => ({
      participantId,
      point: add(point),
    })),
    signingShare: addToShare(material.signingShare),
  };
}

interface Arithmetic {
  /** Adds the tweak times the base point. */
  readonly add: (point: Uint8Array) => Uint8Array;
  readonly addToShare: (share: Uint8Array) => Uint8Array;
}

function arithmetic(scheme: FrostScheme, tweak: Tweak): Arithmetic {
  switch (scheme) {
    case "frost-ed25519": {
      const { Point } = ed25519;
      const scalar = tweakScalar("ed25519", tweak);
      const offset = Point.BASE.multiplyUnsafe(scalar);
      return {
        add: (point) => Point.fromBytes(point).add(offset).toBytes(),
        addToShare: (share) => Point.Fn.toBytes(Point.Fn.add(Point.Fn.fromBytes(share), scalar)),
      };
    }
    case "frost-secp256k1": {
      const { Point } = secp256k1;
      const scalar = tweakScalar("secp256k1", tweak);
      const offset = Point.BASE.multiplyUnsafe(scalar);
      return {
        add: (point) => Point.fromBytes(point).add(offset).toBytes(),
        addToShare: (share) => Point.Fn.toBytes(Point.Fn.add(Point.Fn.fromBytes(share), scalar)),
      };
    }
  }
}
