import { testVmProperties } from "./vm-properties.ts";

testVmProperties({ metering: 300, repetition: 60, mutation: 10_000, garbage: 5000 });
