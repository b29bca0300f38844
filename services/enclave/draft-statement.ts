import { parseStatement, type Statement } from "../../sdk/src/approval/statement.ts";
import { recipientKeyHash } from "../../sdk/src/approval/verify-approval.ts";
import { reportDataFor } from "../../sdk/src/attestation/report-data.ts";
import { nowSeconds, type OpenedEnclave } from "./open-enclave.ts";

/** What a committee is asked to sign, so that this program gets the seed. Every member compares `to` with the build. */
export function draftStatement(
  { config, image, account, tls, measurement }: OpenedEnclave,
  wanted: {
    readonly purpose: "upgrade" | "break_glass";
    readonly nonce: string;
    readonly from: string;
    readonly hours: number;
  },
): Statement {
  const keys = { tls_public_key: tls.publicKey, account_public_key: account.publicKey };
  const { purpose, nonce, from, hours } = wanted;
  const issued_at = nowSeconds();
  return parseStatement({
    v: 1,
    purpose,
    network: image.network,
    contract: image.contract,
    from,
    to: measurement,
    recipient_account: config.account_id,
    recipient_key_hash: recipientKeyHash(reportDataFor(keys)),
    nonce,
    issued_at,
    expires: issued_at + 3_600 * hours,
    next_committee_root: image.committee.root,
  });
}
