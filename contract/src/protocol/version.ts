/** Version of the contract, as `version()` answers; equal to the package's. */
export const VERSION = "0.1.0";
