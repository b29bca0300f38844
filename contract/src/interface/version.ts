/** Version of the contract, as `version()` answers. */
export { VERSION } from "../protocol/version.ts";
