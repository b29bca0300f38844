import { measured, type Story } from "./step.ts";

/** A network without keys starts. */
export const startStory: Story = ({ contractId, initRunning }) => {
  const { parameters, init_config } = initRunning;
  return [measured({ method: "init", args: { parameters, init_config }, caller: contractId, height: 10 })];
};
