import { type CommonConfig, PORT, readCommonFields } from "../operations/common-config.ts";
import type { ConfigFields } from "../operations/config-fields.ts";

export interface NodeConfig extends CommonConfig {
  /** Where others reach this node, exactly as the contract lists it: `https://host[:port]`, with transport 2 also `http://`. */
  readonly url: string;
  readonly listen: { readonly host: string; readonly port: number };
  /** Whether a participant's word alone is enough to sign a message. */
  readonly sign_for_participants: boolean;
}

const HTTPS_URL = /^https:\/\/[^\s"<>\\^`{|}/?#]{1,245}$/;
const WEB_URL = /^https?:\/\/[^\s"<>\\^`{|}/?#]{1,245}$/;
const HOST = /^[\w.:-]{1,255}$/;

export function readNodeConfig(fields: ConfigFields, folder: string): NodeConfig {
  const listen = fields.section("listen");
  const common = readCommonFields(fields, folder);
  return {
    ...common,
    url:
      common.transport === 1
        ? fields.text("url", HTTPS_URL, "a URL https://host[:port]")
        : fields.text("url", WEB_URL, "a URL http(s)://host[:port]"),
    listen: {
      host: listen.text("host", HOST, "a host name or address"),
      port: listen.integer("port", PORT.min, PORT.max),
    },
    sign_for_participants: fields.flagOr("sign_for_participants", false),
  };
}

/** What `init` was told; becomes the config file. */
export interface NodeInit {
  readonly accountId: string;
  readonly contractId: string;
  readonly networkId: string;
  readonly rpcUrl: readonly string[];
  readonly ownNode: boolean;
  readonly url: string;
  readonly listenHost: string;
  readonly listenPort: number;
  readonly localPort: number;
  readonly pollIntervalMillis: number;
  readonly transport: number;
  readonly signForParticipants: boolean;
}

export function nodeConfigText(init: NodeInit): string {
  const text = JSON.stringify;
  return `// Config of mpc-node. Lines that start with // are comments; paths are relative to this file.
{
  "network_id": ${text(init.networkId)},
  "contract_id": ${text(init.contractId)},
  "account_id": ${text(init.accountId)},
  "rpc": {
    // At least two endpoints of different operators, which must agree before a secret leaves;
    // or exactly one with "own_node": true, if it is your own NEAR node.
    "urls": ${text(init.rpcUrl)},
    "own_node": ${text(init.ownNode)}
  },
  // Where others reach this node, exactly as the contract lists it (or is to list it).
  "url": ${text(init.url)},
  "listen": { "host": ${text(init.listenHost)}, "port": ${text(init.listenPort)} },
  // The function-call access key of the account for this node; register its public half.
  "near_key_file": "keys/near-key.json",
  "tls_key_file": "keys/tls-key.json",
  // Seals the keyshares on disk.
  "store_key_file": "store-key.json",
  "data_folder": "data",
  // Port of GET /healthz, /metrics, /status and POST /sign on 127.0.0.1; 0 takes a free one.
  "local_port": ${text(init.localPort)},
  "poll_interval_millis": ${text(init.pollIntervalMillis)},
  // How keyshares travel between node and backup service: 1 pinned TLS, 2 signed web requests. The same for both.
  "transport": ${text(init.transport)},
  // true: sign whatever a participant asks for. A real network signs what is requested on chain.
  "sign_for_participants": ${text(init.signForParticipants)}
}
`;
}
