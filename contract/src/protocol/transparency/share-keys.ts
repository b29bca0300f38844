/**
 * Members' share keys as the JSON that the view `share_keys` answers: a list of pairs, sorted by account. Anchors hash that
 * text and views hand it out, and taking it apart at the commas costs a tenth of parsing it.
 */
import type { AccountId, X25519PublicKey } from "../brand.ts";
import type { ShareKeysJson } from "./transparency.ts";

export const NO_SHARE_KEYS = "[]" as ShareKeysJson;

/** The keys with this one in its account's place; the same text when it was there before. */
export function withShareKey(
  json: ShareKeysJson,
  account_id: AccountId,
  public_key: X25519PublicKey,
): ShareKeysJson {
  const entries = entriesOf(json);
  const owner = ownerText(account_id);
  const at = placeOf(entries, owner);
  const isReplaced = entries[at]?.startsWith(owner) === true;
  entries.splice(at, isReplaced ? 1 : 0, `${owner}"${public_key}"`);
  return textOf(entries);
}

/** The keys without those of these accounts. */
export function withoutOwners(json: ShareKeysJson, accounts: readonly AccountId[]): ShareKeysJson {
  const owners = accounts.map(ownerText);
  return textOf(entriesOf(json).filter((entry) => !owners.some((owner) => entry.startsWith(owner))));
}

/** Quotes sort before all that account ids are made of, so entries sort as their accounts do. */
function placeOf(entries: readonly string[], owner: string): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as string) < owner) low = middle + 1;
    else high = middle;
  }
  return low;
}

function ownerText(account: AccountId): string {
  return `"${account}",`;
}

/** What stands between the brackets of the pairs; neither accounts nor keys hold brackets. */
function entriesOf(json: ShareKeysJson): string[] {
  return json === NO_SHARE_KEYS ? [] : json.slice(2, -2).split("],[");
}

function textOf(entries: readonly string[]): ShareKeysJson {
  return (entries.length === 0 ? NO_SHARE_KEYS : `[[${entries.join("],[")}]]`) as ShareKeysJson;
}
