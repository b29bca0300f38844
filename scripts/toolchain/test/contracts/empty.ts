import { call, NearBindgen } from "near-sdk-js";

/** The smallest contract: its size is the size of the engine. */
@NearBindgen({})
export class Empty {
  @call({})
  empty(): void {}
}
