/** Caps of a pinned server. Times in milliseconds, sizes in bytes. */
export interface ServerLimits {
  /** From the accepted socket until the peer is authorised, the TLS handshake included. */
  readonly handshakeMillis: number;
  /** From authorisation until the request's headers are complete. */
  readonly headersMillis: number;
  /** Longest silence while a body is read or an answer is written. */
  readonly idleMillis: number;
  /** Whole life of an authorised connection, its handler included. */
  readonly totalMillis: number;
  readonly maxHeaderBytes: number;
  readonly maxBodyBytes: number;
  /** Connections of authorised peers. */
  readonly maxConnections: number;
  /** Share of `maxConnections` that one TLS key can take. */
  readonly maxConnectionsPerPeer: number;
  /** Connections that aren't authorised yet; the oldest gives way, so strangers can't lock out peers. */
  readonly maxPendingConnections: number;
}

export const DEFAULT_SERVER_LIMITS: ServerLimits = {
  handshakeMillis: 10_000,
  headersMillis: 10_000,
  idleMillis: 15_000,
  totalMillis: 120_000,
  maxHeaderBytes: 8_192,
  maxBodyBytes: 16 * 1024 * 1024,
  maxConnections: 64,
  maxConnectionsPerPeer: 8,
  maxPendingConnections: 32,
};

/** Time-outs of one request, in milliseconds. */
export interface RequestTimeouts {
  /** Until the peer's key is judged: name look-up, TCP, TLS handshake. */
  readonly connectMillis: number;
  /** Longest silence after that. A handler that takes longer to answer needs a larger value. */
  readonly idleMillis: number;
  readonly totalMillis: number;
}

export const DEFAULT_REQUEST_TIMEOUTS: RequestTimeouts = {
  connectMillis: 10_000,
  idleMillis: 30_000,
  totalMillis: 120_000,
};

export const DEFAULT_MAX_RESPONSE_BYTES = 16 * 1024 * 1024;
export const MAX_RESPONSE_HEADER_BYTES = 8_192;
