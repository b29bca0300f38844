import { DISK_FAULTS } from "../../../store/test/failing-files.ts";
import { tellWith } from "./crash-matrix.ts";
import type { LinkKind, Servers } from "./links.ts";
import type { Mishap } from "./outside.ts";
import { STORIES, type Story } from "./stories.ts";
import { createWorld, type World, type WorldOptions } from "./world.ts";

/** One thing that goes wrong in a story, which must end as if it hadn't. */
export interface Trouble {
  readonly where: string;
  /** Rejects when the story ends otherwise, or a share is lost. */
  happen(): Promise<void>;
}

/** So many changes fail before a disk takes them again. */
const DISK_FAILS_FOR = 6;
/** So many questions and calls in a row find no chain. */
const CHAIN_GONE_FOR = 8;

/** A full, read-only or broken disk from every change on that a program of any story makes. */
export async function diskTroubles(link: LinkKind, servers: Servers): Promise<readonly Trouble[]> {
  const perStory = await tellAll(link, servers, (world) =>
    [...world.programs].map(([label, { changes }]) => [label, changes()] as const),
  );
  return perStory.flatMap(({ story, before, after }) =>
    story.labels.flatMap((label) => {
      const [from, to] = [new Map(before).get(label) ?? 0, new Map(after).get(label) ?? 0];
      const places = range(from, to).flatMap((failAt) => DISK_FAULTS.map((fault) => ({ failAt, fault })));
      return places.map(({ failAt, fault }) => {
        const failure = { failAt, fault, lasts: DISK_FAILS_FOR };
        const where = `${link}, ${story.name}: ${fault} from change ${failAt} of ${label}`;
        return trouble(story, { link, servers, fates: { [label]: { failure } } }, where);
      });
    }),
  );
}

/** Every question and call of any story is lost, or its answer is, or nothing reaches the chain for a while. */
export async function chainTroubles(link: LinkKind, servers: Servers): Promise<readonly Trouble[]> {
  const perStory = await tellAll(link, servers, (world) => world.touched.length);
  return perStory.flatMap(({ story, before, after }) =>
    range(before, after).flatMap((at) => {
      const mishaps: readonly Mishap[] = [
        { kind: "lost", at },
        { kind: "answer_lost", at },
        { kind: "chain_gone", at, times: CHAIN_GONE_FOR },
      ];
      return mishaps.map((mishap) =>
        trouble(story, { link, servers, mishap }, `${link}, ${story.name}: ${mishap.kind} at ${at}`),
      );
    }),
  );
}

function trouble(story: Story, options: WorldOptions, where: string): Trouble {
  const happen = async () => {
    await tellWith(story, options, where);
  };
  return { where, happen };
}

async function tellAll<Measure>(link: LinkKind, servers: Servers, measure: (world: World) => Measure) {
  const told: { readonly story: Story; readonly before: Measure; readonly after: Measure }[] = [];
  for (const story of STORIES) {
    const world = createWorld({ link, servers, waiting: story.waiting ?? [] });
    await story.begin(world);
    const before = measure(world);
    await story.tell(world);
    told.push({ story, before, after: measure(world) });
  }
  return told;
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
