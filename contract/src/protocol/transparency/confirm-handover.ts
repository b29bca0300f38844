/** Files the receipt of a handover: the first one stays for ever, and none is taken late. Source: recovery-services.md §7. */
import { type Change, NO_CHANGE } from "../change.ts";
import type { Context } from "../context.ts";
import { refuse } from "../errors.ts";
import { HANDOVER_STORAGE_BYTES, STORAGE_YOCTO_PER_BYTE } from "../limits.ts";
import { requireInitialized } from "../rules/members.ts";
import { excessOf } from "../rules/storage-payment.ts";
import type { ProtocolState } from "../state.ts";
import type { ConfirmHandover } from "./commands.ts";
import { handoverReceiptText } from "./signed-texts.ts";

/** What anyone pays who files a receipt. */
export function handoverCostYocto(): bigint {
  return HANDOVER_STORAGE_BYTES * STORAGE_YOCTO_PER_BYTE;
}

export function confirmHandover(before: ProtocolState, command: ConfirmHandover, context: Context): Change {
  requireInitialized(before);
  const { version, from, to, receipt_hash, expires, signature } = command;
  const name = { version, from, to };
  const { contractId: contract_id, config, ports, lookup, time } = context;
  const earlier = lookup.transparency.handover(name);
  if (earlier) {
    const isSame = earlier.receipt_hash === receipt_hash && earlier.expires === expires;
    if (!isSame) refuse("HANDOVER_CONFIRMED", { receipt_hash: earlier.receipt_hash });
    return { ...NO_CHANGE, transfers: excessOf(0n, context) };
  }
  if (time >= expires) refuse("HANDOVER_EXPIRED", { expires, time });
  const text = handoverReceiptText({ network_id: config.network_id, contract_id }, name, command);
  if (!ports.verifyText(to, text, signature)) refuse("INVALID_HANDOVER_SIGNATURE", { to });
  const receipt = { receipt_hash, expires, signature, confirmed_in: context.height };
  return {
    transparency: { handover: { name, receipt } },
    transfers: excessOf(handoverCostYocto(), context),
    events: [{ event: "handover_confirmed", data: { ...name, receipt_hash, expires } }],
  };
}
