/** HTTP methods of the pinned transport. A GET carries no body, a PUT or POST carries JSON. */
export type RouteMethod = "GET" | "PUT" | "POST";

/**
 * A handler's answer. Success and refusal are different shapes, so that no failure leaves as a 200.
 *
 * `body` must be JSON-serialisable. A refusal's `code` and `message` reach the peer: no secrets in them.
 */
export type RouteReply =
  | { readonly kind: "ok"; readonly body: unknown }
  | {
      readonly kind: "refused";
      readonly status: RefusalStatus;
      readonly code: string;
      readonly message: string;
    };

/** 4xx: the request is at fault (409: not in this state). 503: ask again later. */
export type RefusalStatus = 400 | 403 | 404 | 405 | 409 | 413 | 415 | 422 | 429 | 503;

/** One resource, matched by method and exact path. */
export interface Route<Peer> {
  readonly method: RouteMethod;
  readonly path: string;
  /**
   * Answers a request of an authorised peer. `body` is the parsed JSON (`undefined` for GET), unchecked.
   *
   * `cut` is aborted once the connection is gone, for instance since the peer's registration changed: work
   * whose only purpose is the answer should stop. A thrown error is answered 500 without its text.
   */
  handle(peer: Peer, body: unknown, cut: AbortSignal): Promise<RouteReply>;
}

/** The route for a request, or the refusal that says why there is none. */
export function findRoute<Peer>(
  routes: readonly Route<Peer>[],
  method: string,
  path: string,
): Route<Peer> | Extract<RouteReply, { kind: "refused" }> {
  const atPath = routes.filter((route) => route.path === path);
  if (atPath.length === 0) return refusal(404, "NO_SUCH_RESOURCE", "There is nothing at this path.");
  const route = atPath.find((candidate) => candidate.method === method);
  return (
    route ??
    refusal(405, "METHOD_NOT_ALLOWED", `Use ${atPath.map((other) => other.method).join(" or ")} here.`)
  );
}

/** Makes the refusal shape of a reply. */
export function refusal(
  status: RefusalStatus,
  code: string,
  message: string,
): Extract<RouteReply, { kind: "refused" }> {
  return { kind: "refused", status, code, message };
}
