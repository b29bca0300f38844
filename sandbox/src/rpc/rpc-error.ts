type ErrorName = "REQUEST_VALIDATION_ERROR" | "HANDLER_ERROR" | "INTERNAL_ERROR";

/** An error in nearcore's shape, with the HTTP status that nearcore sends it with. */
export class RpcError extends Error {
  override readonly name: ErrorName;
  readonly causeName: string;
  readonly info: unknown;
  readonly code: number;
  readonly data: unknown;
  readonly httpStatus: number;

  constructor(fields: {
    readonly name: ErrorName;
    readonly causeName: string;
    readonly info: unknown;
    readonly code: number;
    readonly message: string;
    readonly data: unknown;
    readonly httpStatus: number;
  }) {
    super(fields.message);
    this.name = fields.name;
    this.causeName = fields.causeName;
    this.info = fields.info;
    this.code = fields.code;
    this.data = fields.data;
    this.httpStatus = fields.httpStatus;
  }
}

/** The request isn't what the method expects. */
export function parseError(message: string): RpcError {
  return new RpcError({
    name: "REQUEST_VALIDATION_ERROR",
    causeName: "PARSE_ERROR",
    info: { error_message: message },
    code: -32700,
    message: "Parse error",
    data: message,
    httpStatus: 400,
  });
}

export function methodNotFound(method: string, detail = method): RpcError {
  return new RpcError({
    name: "REQUEST_VALIDATION_ERROR",
    causeName: "METHOD_NOT_FOUND",
    info: { method_name: method },
    code: -32601,
    message: "Method not found",
    data: detail,
    httpStatus: 400,
  });
}

/** The method understood the request and can't serve it; HTTP 200, since clients would retry other statuses. */
export function handlerError(causeName: string, info: unknown, data: unknown): RpcError {
  return new RpcError({
    name: "HANDLER_ERROR",
    causeName,
    info,
    code: -32000,
    message: "Server error",
    data,
    httpStatus: causeName === "TIMEOUT_ERROR" ? 408 : 200,
  });
}

/** A fault of the embedded chain itself. */
export function internalError(message: string): RpcError {
  return new RpcError({
    name: "INTERNAL_ERROR",
    causeName: "INTERNAL_ERROR",
    info: { error_message: message },
    code: -32000,
    message: "Server error",
    data: message,
    httpStatus: 500,
  });
}

export function errorJson(error: RpcError): unknown {
  return {
    name: error.name,
    cause: { name: error.causeName, info: error.info },
    code: error.code,
    message: error.message,
    data: error.data,
  };
}
