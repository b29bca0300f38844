import assert from "node:assert/strict";
import { test } from "node:test";
import { backupConfigText, readBackupConfig } from "../../backup/config.ts";
import { configFields } from "../../operations/config-fields.ts";
import { ConfigInvalid, parseConfigJson } from "../../operations/config-json.ts";
import { nodeConfigText, readNodeConfig } from "../config.ts";

const COMMON = {
  accountId: "a.near",
  contractId: "mpc.near",
  networkId: "testnet",
  rpcUrl: ["http://127.0.0.1:1"],
  ownNode: true,
  localPort: 0,
  pollIntervalMillis: 1_000,
};
const NODE = { url: "https://a.example", listenHost: "127.0.0.1", listenPort: 1, signForParticipants: false };

const nodeText = (transport: number, url = NODE.url) =>
  nodeConfigText({ ...COMMON, ...NODE, url, transport });
const nodeOf = (text: string) => readNodeConfig(configFields(parseConfigJson(text)), "/");

test("behavior: init writes the transport that it was told, and version 1 is what a config without it means", () => {
  for (const transport of [1, 2] as const) {
    assert.equal(nodeOf(nodeText(transport)).transport, transport);
    const text = backupConfigText({ ...COMMON, transport, ageRecipient: [] } as never);
    assert.equal(readBackupConfig(configFields(parseConfigJson(text)), "/").transport, transport);
  }
  assert.equal(nodeOf(nodeText(2).replace(/ *"transport": 2,\n/, "")).transport, 1);
});

test("behavior: another transport is refused with its line", () => {
  for (const found of ["3", "0", '"2"', "true", "1.5"]) {
    const text = nodeText(1).replace('"transport": 1', `"transport": ${found}`);
    const line = text.slice(0, text.indexOf('"transport"')).split("\n").length;
    assert.throws(
      () => nodeOf(text),
      (error) => {
        assert.ok(error instanceof ConfigInvalid);
        assert.equal(error.line, line);
        assert.equal(error.message, `"transport": expected a whole number from 1 to 2, found ${found}`);
        return true;
      },
    );
  }
});

test("behavior: an http URL is for version 2 alone", () => {
  assert.equal(nodeOf(nodeText(2, "http://a.example:80")).url, "http://a.example:80");
  assert.throws(() => nodeOf(nodeText(1, "http://a.example:80")), /expected a URL https:/);
  assert.throws(() => nodeOf(nodeText(2, "ftp://a.example")), /expected a URL http\(s\):/);
});
