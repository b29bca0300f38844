import { testVmProperties } from "./vm-properties.ts";

// A sample; fuzz.slow.test.ts has the full counts.
testVmProperties({ metering: 15, repetition: 5, mutation: 300, garbage: 500 });
